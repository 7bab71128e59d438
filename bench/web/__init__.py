"""The public site at size: what its pages take, made anew and from the cache."""
