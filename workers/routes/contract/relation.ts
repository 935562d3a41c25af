/**
 * PUT and DELETE /api/profiles/{handle}/<relation>: following, blocking and muting are set in the same way.
 */
import { relationViewSchema } from "../../../db/views/person.view.ts";
import { type Relation, setRelation } from "../../services/relations.service.ts";
import { write } from "./endpoint.ts";
import { handleParams, ok } from "./schemas.ts";

const spec = {
  tags: ["Profiles"],
  params: handleParams,
  response: ok(relationViewSchema, "The viewer's relation to the profile afterwards"),
};

export const putRelation = <const R extends Relation>(relation: R) =>
  write("put", `/api/profiles/{handle}/${relation}`, spec, (ctx, { params }) =>
    setRelation(ctx, relation, params.handle, true),
  );

export const deleteRelation = <const R extends Relation>(relation: R) =>
  write("delete", `/api/profiles/{handle}/${relation}`, spec, (ctx, { params }) =>
    setRelation(ctx, relation, params.handle, false),
  );
