"""Settings, URLs, system checks and the `sharewell` command: what binds the rooms together."""
