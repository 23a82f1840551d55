import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import { accepts } from "../server/accept.ts";
import type { PageFile } from "./page-file.ts";

/** Of eleven: the last two steps take ten times as long, before the first paint, and save one part in thirty. */
const BROTLI_QUALITY = 9;
const COMPRESSIONS = {
  br: (bytes: Uint8Array) =>
    promisify(brotliCompress)(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY } }),
  gzip: (bytes: Uint8Array) => promisify(gzip)(bytes),
} as const;

type Encoding = keyof typeof COMPRESSIONS;

/** A file in one form in which it is sent; `encoding`: null as it is. */
export interface EncodedContent {
  readonly encoding: Encoding | null;
  readonly bytes: Uint8Array;
}

/** A file of the page, compressed once for each way in which browsers ask for it, when the first one does. */
export class CompressedFile {
  private readonly made = new Map<Encoding | null, Promise<Uint8Array>>();

  constructor(private readonly file: Pick<PageFile, "read">) {}

  /** `accepted`: the header Accept-Encoding. */
  async content(accepted: string | null): Promise<EncodedContent> {
    const encoding = (["br", "gzip"] as const).find((one) => accepts(accepted, one)) ?? null;
    let made = this.made.get(encoding);
    if (!made) {
      made = this.make(encoding);
      this.made.set(encoding, made);
    }
    return { encoding, bytes: await made };
  }

  private async make(encoding: Encoding | null): Promise<Uint8Array> {
    const bytes = await this.file.read();
    return encoding === null ? bytes : COMPRESSIONS[encoding](bytes);
  }
}
