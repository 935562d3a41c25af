-- The default audience of presence and nearby is `mutuals`. (Before: `everyone`, and `mutuals` for accounts under
-- 18.) Existing accounts keep their setting.

-- migrate:up
alter table user_settings alter column presence_audience set default 'mutuals';
drop trigger user_settings_audience_before_insert on user_settings;
drop function app.set_default_audience();

-- migrate:down
alter table user_settings alter column presence_audience set default 'everyone';
-- The default audience of an account under 18 is `mutuals`.
create function app.set_default_audience() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if exists (select from users where id = new.user_id and birth_date > (now() at time zone 'UTC')::date - interval '18 years') then
    new.presence_audience := 'mutuals';
  end if;
  return new;
end $$;
create trigger user_settings_audience_before_insert before insert on user_settings
  for each row execute function app.set_default_audience();

call app.transfer_function_ownership();
