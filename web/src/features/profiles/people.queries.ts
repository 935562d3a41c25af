import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { api, ask, withSignal } from "../../api/client.ts";
import type { PersonView } from "../../realtime/views.ts";

export interface FoundPeople {
  people: PersonView[];
  /** False while these are still the answer to what was typed before, or there is none yet. */
  isCurrent: boolean;
}

/** People by what is typed of their name or handle; those one wrote with and follows while nothing is. */
export function usePeople(words: string): FoundPeople {
  const q = words.trim();
  const { data, isPlaceholderData } = useQuery({
    queryKey: ["people-found", q],
    staleTime: 60_000,
    // While the next letters are looked up, the last people stay, so that the list does not blink.
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => ask(api.search.people.$get({ query: { q } }, withSignal(signal))),
  });
  return { people: data?.items ?? [], isCurrent: data !== undefined && !isPlaceholderData };
}
