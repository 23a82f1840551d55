/** Whether an `Accept` header names exactly this media type: one that accepts everything does not ask for it. */
export function accepts(header: string | null, type: string): boolean {
  return (header ?? "").split(",").some((range) => {
    const [name, ...parameters] = range.split(";").map((part) => part.trim().toLowerCase());
    return name === type && !parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter));
  });
}
