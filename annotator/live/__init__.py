"""EDGE: server-sent events from the event table. A bare ASGI application: a stream holds no database connection."""
