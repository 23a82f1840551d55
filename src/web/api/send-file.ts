import { type ApiResult, failureIn } from "./api-result.ts";

/** A file on its way to the server. */
export interface Sending<T> {
  readonly ended: Promise<ApiResult<T>>;
  abort(): void;
}

/** Sends a file as the body of a request. Browsers tell of nothing else how much of it is sent. `onSent`: called with the bytes so far. */
export function sendFile<T>(
  path: string,
  file: Blob,
  headers: Readonly<Record<string, string>>,
  onSent: (bytes: number) => void,
): Sending<T> {
  const request = new XMLHttpRequest();
  const ended = new Promise<ApiResult<T>>((resolve) => {
    const fail = (kind: "unreachable" | "aborted") => () =>
      resolve({ ok: false, failure: { kind, status: null, message: "" } });
    request.upload.onprogress = ({ loaded }) => onSent(loaded);
    request.onload = () => {
      const { status, response } = request;
      if (status >= 200 && status < 300 && response !== null) resolve({ ok: true, value: response as T });
      else {
        const language = request.getResponseHeader("content-language");
        resolve({ ok: false, failure: failureIn({ status, language, body: response }) });
      }
    };
    request.onerror = fail("unreachable");
    request.onabort = fail("aborted");
  });
  request.open("PUT", path);
  request.responseType = "json";
  for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
  request.send(file);
  return { ended, abort: () => request.abort() };
}
