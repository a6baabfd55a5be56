/** `window.courtroomDebug`, for tests and support, only with `?debug=1` or the local storage's `debug`: docs/client.md. */

/** @param {import("./app.js").App} app */
export function expose(app) {
  Object.defineProperty(window, "courtroomDebug", {
    value: {
      get publish() {
        return app.attendance?.call.up.current?.pc ?? null;
      },
      get subscribe() {
        return app.attendance?.call.down.current?.pc ?? null;
      },
      get slots() {
        return app.attendance?.call.down.current?.slots ?? [];
      },
      get hearing() {
        return app.attendance?.hearing ?? null;
      },
      get attendance() {
        return app.attendance;
      },
    },
  });
}
