// The first socket to the kernel. The page itself opens it (call.js) while its script is still on the way; where it did not, the script does.
export const PROTOCOL = "v1.kernel.websocket.jupyter.org";

/** Under a name of 32 hexadecimal digits the server knows the sockets of one page. By numbers that http pages may draw, too. */
function newSession() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** A socket to the kernel `kernelId` for the page `session`. */
export function socketTo({ baseUrl, kernelId }, session) {
  const address = new URL(`${baseUrl}api/kernels/${kernelId}/channels?session_id=${session}`, location.href);
  address.protocol = address.protocol.replace("http", "ws");
  const socket = new WebSocket(address.href, [PROTOCOL]);
  socket.binaryType = "arraybuffer";
  return socket;
}

/** The line of a new page: its name, its first socket, and what the kernel `said` on it until somebody listens. */
export function newLine(config) {
  const session = newSession(), said = [], socket = socketTo(config, session);
  socket.onmessage = ({ data }) => said.push(data);
  return { session, socket, said };
}
