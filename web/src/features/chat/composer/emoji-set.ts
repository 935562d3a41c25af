/**
 * The emoji of the picker: a selection with names in both languages. A complete catalogue would be a hundred
 * times as large, and the device's keyboard has the others.
 */
import { fold } from "../text/fold-accents.ts";

export type EmojiGroup = "faces" | "people" | "nature" | "food" | "things" | "signs";

export interface Emoji {
  emoji: string;
  names: { en: string; lt: string };
}

// Each line: emoji, English names, a bar, Lithuanian names.
const LINES: Record<EmojiGroup, string> = {
  faces: `
😀 grin happy|šypsena linksmas
😃 smile happy open|šypsena linksmas
😄 laugh smile eyes|juokas šypsena
😁 beam grin teeth|dantys šypsena
😅 sweat relief laugh|prakaitas palengvėjimas
😂 joy tears laugh|juokas ašaros
🤣 rolling laugh floor|kvatoja juokas
🙂 slight smile|šypsenėlė
😉 wink|mirkteli
😊 blush smile warm|raustelėja šypsena
😇 angel halo innocent|angelas nekaltas
🥰 love hearts smile|meilė širdelės
😍 heart eyes love|meilė įsimylėjęs
😘 kiss|bučinys
😋 yum tasty|skanu
😜 tongue wink silly|liežuvis juokauja
🤔 think hmm|galvoja hmm
🤨 doubt eyebrow|abejoja antakis
😐 neutral|abejingas
🙄 eye roll|vartyti akis
😏 smirk|šypsosi kreivai
😴 sleep|miega
🤒 ill fever|serga karščiuoja
🤯 mind blown|sprogsta galva
😎 cool sunglasses|šaunu akiniai
🤓 nerd glasses|moksliukas akiniai
🥳 party celebrate|šventė vakarėlis
😮 wow surprise open mouth|nuostaba oho
😳 flushed|paraudęs susigėdęs
🥺 plead please|prašau graudu
😢 cry sad tear|liūdna ašara
😭 sob cry|rauda verkia
😱 scream fear|siaubas šauksmas
😡 angry mad|pyktis supykęs
😤 huff steam|pyksta šnypščia
😬 grimace awkward|nejauku dantys
🤗 hug|apkabinimas
🤫 shush quiet|tylos ša
🙃 upside down|aukštyn kojom
💩 poo|kakutis`,
  people: `
👍 thumbs up yes good|patinka gerai taip
👎 thumbs down no|nepatinka blogai ne
👏 clap applause|ploja plojimai
🙌 hands up hooray|valio rankos
🙏 please thanks pray|prašau ačiū
🤝 handshake deal|rankos paspaudimas sutarta
👋 wave hello bye|moja labas iki
👌 ok fine|gerai puiku
✌️ victory peace|pergalė taika
🤞 fingers crossed luck|laikau kumščius sėkmės
💪 strong muscle|stiprus raumuo
👀 eyes look|akys žiūri
👉 point right|rodo dešinėn
👆 point up|rodo viršun
✋ hand stop high five|ranka stok
🤷 shrug don't know|gūžteli nežinau
🤦 facepalm|ranka per veidą
🙋 hand raise me|kelia ranką aš
💁 here you go|prašom
🧑‍💻 coder computer|programuoja kompiuteris
🏃 run|bėga
💃 dance|šoka šokis
👶 baby|kūdikis
🫶 heart hands|širdelė rankomis`,
  nature: `
🐶 dog|šuo
🐱 cat|katė
🐭 mouse|pelė
🐻 bear|meška
🦊 fox|lapė
🐸 frog|varlė
🐵 monkey|beždžionė
🦄 unicorn|vienaragis
🐝 bee|bitė
🦋 butterfly|drugelis
🐢 turtle|vėžlys
🐟 fish|žuvis
🦔 hedgehog|ežys
🦢 swan|gulbė
🌱 sprout grow|daigas auga
🌳 tree|medis
🌷 tulip flower|tulpė gėlė
🌻 sunflower|saulėgrąža
🍀 clover luck|dobilas sėkmė
🍂 autumn leaves|ruduo lapai
🌈 rainbow|vaivorykštė
☀️ sun|saulė
🌙 moon night|mėnulis naktis
⭐ star|žvaigždė
🔥 fire hot|ugnis karšta
❄️ snow cold|sniegas šalta
☔ rain umbrella|lietus skėtis
🌊 wave sea|banga jūra`,
  food: `
🍎 apple|obuolys
🍌 banana|bananas
🍓 strawberry|braškė
🍒 cherry|vyšnia
🍉 watermelon|arbūzas
🥑 avocado|avokadas
🥔 potato|bulvė
🥕 carrot|morka
🍄 mushroom|grybas
🍞 bread|duona
🧀 cheese|sūris
🥚 egg|kiaušinis
🥞 pancakes|blynai
🍔 burger|mėsainis
🍕 pizza|pica
🍝 pasta spaghetti|makaronai
🍣 sushi|sušiai
🍲 soup stew|sriuba troškinys
🍰 cake|tortas pyragas
🍪 cookie|sausainis
🍫 chocolate|šokoladas
🍦 ice cream|ledai
☕ coffee|kava
🍵 tea|arbata
🍺 beer|alus
🍷 wine|vynas
🥂 cheers toast|į sveikatą
🎂 birthday cake|gimtadienis tortas`,
  things: `
⚽ football|futbolas
🏀 basketball|krepšinis
🎾 tennis|tenisas
🚲 bike bicycle|dviratis
🎉 party tada celebrate|šventė valio
🎁 gift present|dovana
🎈 balloon|balionas
🎵 music note|muzika nata
🎸 guitar|gitara
🎬 film movie|filmas kinas
🎮 game play|žaidimas
📷 camera photo|fotoaparatas nuotrauka
📚 books read|knygos skaityti
✏️ pencil write|pieštukas rašyti
💡 idea light|idėja lemputė
📌 pin|smeigtukas
📅 calendar date|kalendorius data
⏰ alarm clock|žadintuvas laikrodis
📞 phone call|telefonas skambutis
💻 computer laptop|kompiuteris
💰 money|pinigai
🔑 key|raktas
🛠️ tools fix|įrankiai taisyti
🏠 home house|namai
🚗 car|automobilis
🚌 bus|autobusas
🚆 train|traukinys
✈️ plane travel|lėktuvas kelionė
🏖️ beach holiday|paplūdimys atostogos
⛰️ mountain|kalnas`,
  signs: `
❤️ red heart love|raudona širdis meilė
🧡 orange heart|oranžinė širdis
💛 yellow heart|geltona širdis
💚 green heart|žalia širdis
💙 blue heart|mėlyna širdis
💜 purple heart|violetinė širdis
🖤 black heart|juoda širdis
💔 broken heart|sudužusi širdis
💯 hundred perfect|šimtas tobula
✨ sparkles|žiba blizga
💥 boom|bum sprogimas
💤 sleep zzz|miegas
✅ check done yes|varnelė padaryta taip
❌ cross no|kryželis ne
❓ question|klausimas
❗ exclamation|šauktukas
⚠️ warning|įspėjimas dėmesio
🚀 rocket launch|raketa
👑 crown|karūna
🏆 trophy win|taurė pergalė
🇱🇹 lithuania flag|lietuva vėliava
🇺🇦 ukraine flag|ukraina vėliava
🇪🇺 europe flag|europa vėliava`,
};

function read(lines: string): Emoji[] {
  return lines
    .trim()
    .split("\n")
    .map((line) => {
      const space = line.indexOf(" ");
      const [en = "", lt = ""] = line.slice(space + 1).split("|");
      return { emoji: line.slice(0, space), names: { en, lt } };
    });
}

/** All emoji by group, in the order of the picker. */
export const EMOJI: readonly { group: EmojiGroup; items: readonly Emoji[] }[] = (
  Object.keys(LINES) as EmojiGroup[]
).map((group) => ({ group, items: read(LINES[group]) }));

/** The emoji of which a name in either language starts with the text. */
export function findEmoji(text: string): Emoji[] {
  const start = fold(text.trim());
  if (!start) return [];
  return EMOJI.flatMap(({ items }) =>
    items.filter(({ names }) => {
      const all = fold(`${names.en} ${names.lt}`);
      return all.startsWith(start) || all.includes(` ${start}`);
    }),
  );
}
