import { createHash } from "node:crypto";
import { basename } from "node:path";
import type { PageFile } from "./page-file.ts";

/** What the page is a page of: a central, or a client that serves. */
export type PageRole = "central" | "client";

/** The document of the page, as it is sent. */
export interface PageDocument {
  readonly bytes: Uint8Array;
  /** Of the styles in it, as its policy names them. */
  readonly styles: readonly string[];
}

/**
 * The document with its style sheets in it, which a browser would else have to ask for before it paints anything; and with the role of
 * this server, so that the script need not wait to hear it before it shows the way to each view.
 */
export async function pageDocument(file: PageFile, others: readonly PageFile[], role: PageRole): Promise<PageDocument> {
  const styles: string[] = [];
  let text = await textOf(file);
  text = text.replace("<html", `<html data-role="${role}"`);
  for (const sheet of others.filter(({ path }) => path.endsWith(".css"))) {
    const link = new RegExp(`<link rel="stylesheet"[^>]*href="[^"]*${RegExp.escape(basename(sheet.path))}"[^>]*>`);
    const style = await textOf(sheet);
    if (!link.test(text) || /<\/style/i.test(style)) continue;
    // Given by a function: a style may have what `replace` reads in a text.
    text = text.replace(link, () => `<style>${style}</style>`);
    styles.push(`'sha256-${createHash("sha256").update(style).digest("base64")}'`);
  }
  return { bytes: new TextEncoder().encode(text), styles };
}

async function textOf(file: PageFile): Promise<string> {
  return new TextDecoder().decode(await file.read());
}
