"""HTTP API, WebSocket sessions and authentication: where the hearings' rules meet the gateway's control protocol."""
