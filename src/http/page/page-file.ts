/** A file of the page, as the build has put it into the executable. */
export interface PageFile {
  /** Under which it is served: its name has a hash of its content, but for that of the document. */
  readonly path: string;
  /** The media type. */
  readonly type: string;
  /** Of its content. */
  readonly etag: string;
  /** The one that a browser asks for first. */
  readonly isDocument: boolean;
  read(): Promise<Uint8Array>;
}
