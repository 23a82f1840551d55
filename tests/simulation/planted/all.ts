import type { Defect } from "./defect.ts";
import { FOLDER_DEFECTS } from "./folder.ts";
import { HTTP_DEFECTS } from "./http.ts";
import { KEY_DEFECTS } from "./keys.ts";
import { ORDER_DEFECTS } from "./orders.ts";
import { REPORT_DEFECTS } from "./reports.ts";
import { SERVING_DEFECTS } from "./serving.ts";
import { STREAM_DEFECTS } from "./streams.ts";
import { TRANSFER_DEFECTS } from "./transfer.ts";
import { UPLOAD_DEFECTS } from "./uploads.ts";
import { VERSION_DEFECTS } from "./versions.ts";

/** Every planted defect. */
export const DEFECTS: readonly Defect[] = [
  ...TRANSFER_DEFECTS,
  ...SERVING_DEFECTS,
  ...REPORT_DEFECTS,
  ...FOLDER_DEFECTS,
  ...VERSION_DEFECTS,
  ...KEY_DEFECTS,
  ...HTTP_DEFECTS,
  ...UPLOAD_DEFECTS,
  ...ORDER_DEFECTS,
  ...STREAM_DEFECTS,
];
