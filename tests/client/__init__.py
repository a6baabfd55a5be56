"""A headless participant: WebRTC and the client protocol without a browser, for tests and benchmarks."""
