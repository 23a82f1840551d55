import { ViewHeading } from "../../parts/view-heading.tsx";
import { useText } from "../../text/language-context.ts";

export function DownloadsView() {
  const words = useText().downloads;
  return <ViewHeading title={words.title} />;
}
