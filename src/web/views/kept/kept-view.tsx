import { ViewHeading } from "../../parts/view-heading.tsx";
import { useText } from "../../text/language-context.ts";

export function KeptView() {
  const words = useText().kept;
  return <ViewHeading title={words.title} />;
}
