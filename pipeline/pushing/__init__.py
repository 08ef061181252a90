"""From a finished run to a repository on the Hub: what may leave, who may write, the upload."""
