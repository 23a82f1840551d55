/**
 * What libtorrent 2.0.8 makes of some files, as hexadecimal digits: the SHA-1 of their pieces of 1 MiB (BEP 3), and the
 * roots of their pieces and of the whole (BEP 52).
 */

/** The bytes of the file of a size. */
export function vectorBytes(size: number): Uint8Array {
  return new Uint8Array(size).map((_, index) => (index * 7) % 251);
}

interface Vector {
  readonly root: string;
  readonly pieces: string;
  readonly sha1: string;
}

/** By the size of the file. */
export const V2_ROOTS: ReadonlyMap<number, Vector> = new Map([
  [
    1,
    {
      root: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
      pieces: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
      sha1: "5ba93c9db0cff93f52b521d7420e43f6eda2784f",
    },
  ],
  [
    16384,
    {
      root: "de211248dff7bc4def1192a5c96710e55692e2672b7ebb7df864c325bacc7e49",
      pieces: "de211248dff7bc4def1192a5c96710e55692e2672b7ebb7df864c325bacc7e49",
      sha1: "daedc8efce4ca7f311c9fb6b59298315279b2ac3",
    },
  ],
  [
    16385,
    {
      root: "7e40fa9dda2684d438e1b3d5ce6ecd00317d850c5d652a56e0ca13e6188f2d7e",
      pieces: "7e40fa9dda2684d438e1b3d5ce6ecd00317d850c5d652a56e0ca13e6188f2d7e",
      sha1: "468da0206b9909a25ce8914828a3eeb8736b1d86",
    },
  ],
  [
    40000,
    {
      root: "64824cf81b2ac8c4eafa2be687b8741af3f643acbf230a64e0544b2244842cb2",
      pieces: "64824cf81b2ac8c4eafa2be687b8741af3f643acbf230a64e0544b2244842cb2",
      sha1: "f1e503cc0ec9b2cbfdea53137279a8bd4be5dd75",
    },
  ],
  [
    1048576,
    {
      root: "353a2fed3ef59a53eefaf47be7884ebaa20ea0672c3d156cf01d3f8b5518b7a7",
      pieces: "353a2fed3ef59a53eefaf47be7884ebaa20ea0672c3d156cf01d3f8b5518b7a7",
      sha1: "b64be9880471e302ce3c2f619919e22b0ac5bfcb",
    },
  ],
  [
    1048577,
    {
      root: "15dfa89796120bdc862a437d0c0f0a5dd2813381fbabde44ce58eae7e380a567",
      pieces:
        "353a2fed3ef59a53eefaf47be7884ebaa20ea0672c3d156cf01d3f8b5518b7a78a12ebda39d2ace0" +
        "3f1bc33100dafe834cdd62a626506576000dad66042a709e",
      sha1: "b64be9880471e302ce3c2f619919e22b0ac5bfcbbb589d0621e5472f470fa3425a234c74b1e202e8",
    },
  ],
  [
    3195728,
    {
      root: "284fc04417160910a79f1f5ef8cd42f41dd71041023a4b30caa41561570f3106",
      pieces:
        "353a2fed3ef59a53eefaf47be7884ebaa20ea0672c3d156cf01d3f8b5518b7a773a49a8acc28ede7" +
        "c0d9aa9d96d9445ec55a9c5f27a7480f768a590a0113041487d39192f50c183866280f2f3e645a05" +
        "c7df3fcc8957e245b4faac1b7d88822ddafc4911cbae3c168e31e2077d3c2cf18caede22048b9c57" +
        "2c79389dea389d35",
      sha1:
        "b64be9880471e302ce3c2f619919e22b0ac5bfcba7ae2074d372716665a65301f0c8b1a31e2d5e8a" +
        "676ae079825f006424f4de7d4d27da5358b889c2f6f08359d3e9fecadcffa4d5cf0de8d34d1cd388",
    },
  ],
  [
    5242880,
    {
      root: "852050de5ac088874fb10cd5610f68e11b8e86a1a43e4650b1981de3a5663476",
      pieces:
        "353a2fed3ef59a53eefaf47be7884ebaa20ea0672c3d156cf01d3f8b5518b7a773a49a8acc28ede7" +
        "c0d9aa9d96d9445ec55a9c5f27a7480f768a590a0113041487d39192f50c183866280f2f3e645a05" +
        "c7df3fcc8957e245b4faac1b7d88822d9f27eee3c7fc2b2df512c269c382fda4c305ae17519ec523" +
        "e2a11c93e5d5a24a77ff7eacf9522bbb0a99f57a441d2334cb03660a78bf0157bf37c4899a7f36e1",
      sha1:
        "b64be9880471e302ce3c2f619919e22b0ac5bfcba7ae2074d372716665a65301f0c8b1a31e2d5e8a" +
        "676ae079825f006424f4de7d4d27da5358b889c23c61642df73e3be0aa7eabae9d7481bd9ad6212a" +
        "4f1d1fdf431359dd06e9276346c62203f17b10ef",
    },
  ],
]);
