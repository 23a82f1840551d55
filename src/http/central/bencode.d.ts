declare module "bencode" {
  const bencode: {
    /** Texts as UTF-8; a Map where keys are bytes. */
    encode(value: unknown): Uint8Array;
    /** Texts as bytes. Keys are texts, where they are UTF-8. */
    decode(bytes: Uint8Array): unknown;
  };
  export default bencode;
}
