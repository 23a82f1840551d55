import { ViewHeading } from "../../parts/view-heading.tsx";
import { useText } from "../../text/language-context.ts";

export function EventsView() {
  const words = useText().events;
  return <ViewHeading title={words.title} />;
}
