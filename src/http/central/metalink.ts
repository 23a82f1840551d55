import XMLBuilder from "fast-xml-builder";
import { pieceSize } from "../../protocol/versions/version.ts";
import { xmlBaseName } from "../files/file-path.ts";

export const METALINK_TYPE = "application/metalink4+xml";

/** A file and everything by which a download program takes it from several sources and checks each piece. */
export interface MetalinkFile {
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** Of the whole file, 64 hexadecimal digits. */
  readonly sha256: string;
  /** The SHA-256 of each piece, 32 bytes each, in order. */
  readonly pieces: Uint8Array;
  readonly urls: readonly string[];
}

/** The metalink of one file (RFC 5854). */
export function metalink({ name, size, sha256, pieces, urls }: MetalinkFile): string {
  const type = { "@type": "sha-256" };
  const file = {
    // Saved under its own name, as it is from a plain URL: not in folders.
    "@name": xmlBaseName(name),
    size,
    hash: { ...type, "#text": sha256 },
    // An empty file has no piece, and the element must have one.
    ...(size > 0 && {
      pieces: {
        ...type,
        "@length": pieceSize(size),
        hash: hexDigests(pieces),
      },
    }),
    url: urls.map((url) => ({ "@priority": 1, "#text": url })),
  };
  const builder = new XMLBuilder({ ignoreAttributes: false, attributeNamePrefix: "@" });
  return builder.build({
    "?xml": { "@version": "1.0", "@encoding": "UTF-8" },
    metalink: { "@xmlns": "urn:ietf:params:xml:ns:metalink", generator: "redes", file },
  });
}

/** Each of a list of SHA-256 digests that are one after the other. */
function hexDigests(list: Uint8Array): string[] {
  return Buffer.from(list).toString("hex").match(/.{64}/g) ?? [];
}
