/** Row limits of queries. */

/** New posts are counted up to here; the web app shows "99+". */
export const NEW_POSTS_COUNT_MAX = 100;
/** Rows of the mention picker. */
export const HANDLE_SUGGESTIONS_MAX = 8;
/** Rows of the people picker. */
export const PEOPLE_SEARCH_MAX = 20;
/** Followed accounts that follow a stranger are counted up to here. */
export const FOLLOWED_BY_COUNT_MAX = 100;
