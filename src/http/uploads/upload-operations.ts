import * as v from "valibot";
import { possibleUploadAnswer, putAnswer } from "../api/central-answers.ts";
import { field } from "../api/fields.ts";
import type { DescribedPath } from "../api/openapi.ts";
import { type Operation, operation } from "../api/operation.ts";
import type { UploadBackend } from "./backend.ts";
import { API_FILES_PATH, wantedBy } from "./upload-routes.ts";

const possibleQuery = v.strictObject({
  size: field(v.optional(v.pipe(v.number(), v.integer(), v.minValue(0)), 0), "of the file, in bytes"),
});

/** What can be asked before a file is sent: a browser hears of a refusal only when it has sent all. */
export function uploadOperations(backend: Pick<UploadBackend, "possibleUpload">): readonly Operation[] {
  return [
    operation({
      path: "/api/v1/uploads/{name}",
      summary: "Whether a file can be put under this name, and what it would replace",
      access: "write",
      query: possibleQuery,
      answer: possibleUploadAnswer,
      mayConflict: true,
      answered: async ({ size }, { request }) => {
        const found = await backend.possibleUpload({ ...wantedBy(request), size });
        return found.kind === "possible"
          ? { replaces: found.replaces }
          : { notDone: found.status, reason: found.reason };
      },
    }),
  ];
}

const IDS = "an id of a version in quotes";

/** The route that takes a file, for the OpenAPI document. */
export const PUT_FILE: DescribedPath = {
  method: "put",
  path: `${API_FILES_PATH}{name}`,
  summary: "Put a file: the body becomes the file of this name; at the central, the same at /files/{name}",
  headers: {
    "if-match": `${IDS}, or *: only where the name has that version, or any`,
    "if-none-match": "*: only where there is no file of this name",
    "x-oc-mtime": "when its content was modified, in seconds since 1970",
  },
  body: { "application/octet-stream": {} },
  responses: { "200": ["an earlier version was replaced", putAnswer], "201": ["it is a new file", putAnswer] },
  refusals: {
    "400": "nobody could share a file of this name, or the body is a part",
    "409": "a file or folder is in the way, or somebody has replaced the file meanwhile",
    "412": "the name has another version than the headers say",
    "413": "it is larger than a file can be",
    "503": "nobody takes it now",
    "507": "there is no room for it",
  },
};
