declare module "bencode" {
  const bencode: {
    /** Texts as UTF-8; a Map where keys are bytes. */
    encode(value: unknown): Uint8Array;
    // biome-ignore lint/suspicious/noExplicitAny: what is in a text says its type.
    decode(bytes: Uint8Array): any;
  };
  export default bencode;
}
