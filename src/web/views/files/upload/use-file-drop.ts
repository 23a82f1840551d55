import { useEffect, useState } from "preact/hooks";
import type { PickedFile } from "./chosen-files.ts";
import { droppedFiles, hasFiles } from "./dropped-files.ts";

/** Whether files are dragged over the page just now. `onDropped`: takes what is dropped; null: nothing is taken. */
export function useFileDrop(onDropped: ((found: readonly PickedFile[]) => void) | null): boolean {
  const [isOver, setOver] = useState(false);
  useEffect(() => {
    if (!onDropped) return;
    const over = (event: DragEvent) => {
      if (!hasFiles(event.dataTransfer)) return;
      // Else the browser would show the file in the place of the page.
      event.preventDefault();
      setOver(true);
    };
    // Into no other element: out of the page.
    const draggedOut = ({ relatedTarget }: DragEvent) => {
      if (relatedTarget === null) setOver(false);
    };
    const drop = (event: DragEvent) => {
      setOver(false);
      if (!event.dataTransfer || !hasFiles(event.dataTransfer)) return;
      event.preventDefault();
      void droppedFiles(event.dataTransfer).then(onDropped);
    };
    document.addEventListener("dragover", over);
    document.addEventListener("dragleave", draggedOut);
    document.addEventListener("drop", drop);
    return () => {
      setOver(false);
      document.removeEventListener("dragover", over);
      document.removeEventListener("dragleave", draggedOut);
      document.removeEventListener("drop", drop);
    };
  }, [onDropped]);
  return isOver;
}
