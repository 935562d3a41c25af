export async function seedCommunity(_urls: unknown){}
