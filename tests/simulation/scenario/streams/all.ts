import type { ActionKind } from "../action.ts";
import { putFromStdin } from "./put-from-stdin.ts";
import { putOverHttp } from "./put-over-http.ts";

/** What people put that comes as a stream. */
export const STREAM_ACTIONS: readonly ActionKind[] = [putFromStdin, putOverHttp];
