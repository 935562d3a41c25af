import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { api, readBody, withSignal } from "../../api/client.ts";
import type { PersonView } from "../../realtime/views.ts";

export interface PeopleSearch {
  people: PersonView[];
  /** False while `people` is the result of an earlier text, or nothing is loaded yet. */
  isCurrent: boolean;
}

/**
 * Searches people by name or handle. For an empty text: the viewer's chat partners and the people they
 * follow.
 */
export function usePeople(text: string): PeopleSearch {
  const q = text.trim();
  const { data, isPlaceholderData } = useQuery({
    queryKey: ["people-found", q],
    staleTime: 60_000,
    // The previous result stays while the next one is loading, so that the list does not flicker.
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => readBody(api.search.people.$get({ query: { q } }, withSignal(signal))),
  });
  return { people: data?.items ?? [], isCurrent: data !== undefined && !isPlaceholderData };
}
