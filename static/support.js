/** What a browser must be able to do, tried before anything else. */

/**
 * @param {any} [window_]
 * @returns {"ok"|"insecure"|"unsupported"}
 */
export function support(window_ = globalThis) {
  const { RTCPeerConnection, WebSocket, AudioContext, HTMLDialogElement, navigator, isSecureContext } = window_;
  if (!RTCPeerConnection || !WebSocket || !AudioContext || !HTMLDialogElement) return "unsupported";
  if (!("addTransceiver" in RTCPeerConnection.prototype)) return "unsupported";
  // Without TLS a browser hides the camera and the microphone (W3C Secure Contexts), as if it had none.
  if (!isSecureContext) return "insecure";
  return navigator.mediaDevices?.getUserMedia ? "ok" : "unsupported";
}
