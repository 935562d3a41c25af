/** Blocks and mutes. */
import { deleteRelation, putRelation } from "../contract/relation.ts";
import { newRouter } from "../contract/router.ts";

export const blocksRoute = newRouter()
  .openapi(...putRelation("block"))
  .openapi(...deleteRelation("block"))
  .openapi(...putRelation("mute"))
  .openapi(...deleteRelation("mute"));
