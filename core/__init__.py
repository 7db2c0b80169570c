"""The engine: everything the pages and the command line do, without a screen."""
