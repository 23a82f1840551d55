/** Bytes in a second of sound: stereo, 16 bits, 44,100 times a second. */
export const WAV_BYTES_PER_SECOND = 2 * 2 * 44_100;
const HEADER_BYTES = 44;

/** A WAV file that every browser plays: a low tone of so many seconds. */
export function wav(seconds: number): Uint8Array {
  const bytes = new Uint8Array(HEADER_BYTES + seconds * WAV_BYTES_PER_SECOND);
  const view = new DataView(bytes.buffer);
  const text = (at: number, word: string) => bytes.set(Buffer.from(word, "latin1"), at);
  text(0, "RIFF");
  view.setUint32(4, bytes.length - 8, true);
  text(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  // PCM.
  view.setUint16(20, 1, true);
  view.setUint16(22, 2, true);
  view.setUint32(24, 44_100, true);
  view.setUint32(28, WAV_BYTES_PER_SECOND, true);
  view.setUint16(32, 4, true);
  view.setUint16(34, 16, true);
  text(36, "data");
  view.setUint32(40, bytes.length - HEADER_BYTES, true);
  const samples = new Int16Array(bytes.buffer, HEADER_BYTES);
  for (let index = 0; index < samples.length; index++) samples[index] = 1000 * Math.sin(index / 100);
  return bytes;
}
