import { useEffect, useState } from "preact/hooks";
import type { DetailedFileAnswer } from "../../../../http/api/central-answers.ts";
import type { ApiFailure, ApiResult } from "../../../api/api-result.ts";
import { usePage, useStore } from "../../../store/page-context.ts";

/** Whether something is known by it of the file. */
function isAboutFile({ kind }: ApiFailure): boolean {
  return kind === "refused" || kind === "name";
}

/** A file with all that is known of it, as it is now; null: not known yet. */
export function useFile(name: string): ApiResult<DetailedFileAnswer> | null {
  const { api } = usePage();
  const [result, setResult] = useState<ApiResult<DetailedFileAnswer> | null>(null);
  // Another number only where the change may be about this file.
  const [revision, setRevision] = useState(0);
  const change = useStore((state) => state.catalogue);
  useEffect(() => {
    if (change.names === null || change.names.includes(name)) setRevision(change.revision);
  }, [change, name]);
  useEffect(() => {
    const controller = new AbortController();
    void api.file(name, controller.signal).then((answer) => {
      // What is known stays where nobody answers just now.
      if (answer.ok || isAboutFile(answer.failure)) setResult(answer);
      else if (answer.failure.kind !== "aborted") setResult((before) => before ?? answer);
    });
    return () => controller.abort();
  }, [api, name, revision]);
  return result;
}
