/** What the build makes of files that are no code. */

declare module "*.css";

declare module "*.svg" {
  /** The path under which it is served. */
  const path: string;
  export default path;
}
