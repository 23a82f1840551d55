import { ViewHeading } from "../../parts/view-heading.tsx";
import { useText } from "../../text/language-context.ts";

export function FilesView() {
  const words = useText().files;
  return <ViewHeading title={words.title} />;
}
