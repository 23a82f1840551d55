import { UploadRefused } from "../../src/secondary/uploads/upload-refused.ts";
import type { Uploads } from "../../src/secondary/uploads/uploads.ts";

/** A secondary that takes no file from anybody. */
export const noUploads: Pick<Uploads, "begin" | "publish" | "end"> = {
  begin: async () => {
    throw new UploadRefused("busy", "nothing is taken here");
  },
  publish: async () => {
    throw new UploadRefused("busy", "nothing is taken here");
  },
  async end() {},
};
