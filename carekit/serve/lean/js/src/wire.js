// Messages as they travel on Jupyter's websocket, protocol v1.kernel.websocket.jupyter.org: a table of offsets (64-bit, little-endian),
// then the channel, four JSON texts (header, parent header, metadata, content) and the binary buffers.

const JSON_PARTS = ["header", "parent_header", "metadata", "content"];
const WORD = 8;

const bytesOf = (buffer) => (ArrayBuffer.isView(buffer) ? new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength) : new Uint8Array(buffer));

/** A message as bytes. */
export function pack(message) {
  const encoder = new TextEncoder();
  const texts = [message.channel, ...JSON_PARTS.map((name) => JSON.stringify(message[name]))];
  const parts = [...texts.map((text) => encoder.encode(text)), ...message.buffers.map(bytesOf)];
  const offsets = [WORD * (parts.length + 2)];
  for (const part of parts) offsets.push(offsets[offsets.length - 1] + part.byteLength);
  const packed = new Uint8Array(offsets[offsets.length - 1]);
  const view = new DataView(packed.buffer);
  view.setBigUint64(0, BigInt(offsets.length), true);
  offsets.forEach((offset, i) => view.setBigUint64(WORD * (i + 1), BigInt(offset), true));
  parts.forEach((part, i) => packed.set(part, offsets[i]));
  return packed.buffer;
}

/** The message in some bytes; its buffers are views of them. */
export function unpack(bytes) {
  const decoder = new TextDecoder();
  const view = new DataView(bytes);
  const count = Number(view.getBigUint64(0, true));
  const offset = (i) => Number(view.getBigUint64(WORD * (i + 1), true));
  const text = (i) => decoder.decode(new Uint8Array(bytes, offset(i), offset(i + 1) - offset(i)));
  const message = { channel: text(0), buffers: [] };
  JSON_PARTS.forEach((name, i) => { message[name] = JSON.parse(text(i + 1)); });
  for (let i = JSON_PARTS.length + 1; i < count - 1; i++) message.buffers.push(new DataView(bytes, offset(i), offset(i + 1) - offset(i)));
  return message;
}
