//! Numbers in words, by language: what a spelled-out number may become, and what stands after a numeral ("million").
//!
//! Tables only make the checks milder: a word found here excuses a numeral on the other side. So forms are beginnings of
//! words, and one too many does little harm. A language without a table has its small numbers excused as a whole.

use std::collections::HashMap;
use std::sync::LazyLock;

/// Words and what each stands for, looked up by how they begin: most words of a text begin like few of them or none.
#[derive(Debug, Default)]
pub(in super::super) struct Lexicon<T>(HashMap<char, Vec<(&'static str, T)>>);

impl<T> Lexicon<T> {
    fn new(rows: impl Iterator<Item = (&'static str, T)>) -> Self {
        let mut by_first: HashMap<char, Vec<(&str, T)>> = HashMap::new();
        for (form, value) in rows {
            by_first.entry(form.chars().next().unwrap_or_default()).or_default().push((form, value));
        }
        // The longest form is meant: sixty, not six.
        for forms in by_first.values_mut() {
            forms.sort_by_key(|(form, _)| std::cmp::Reverse(form.len()));
        }
        Self(by_first)
    }

    /// Those with the first letter of `word`, the longest first.
    pub fn like(&self, word: &str) -> &[(&'static str, T)] {
        let first = word.chars().next();
        first.and_then(|first| self.0.get(&first)).map_or(&[], Vec::as_slice)
    }

    pub fn iter(&self) -> impl Iterator<Item = &(&'static str, T)> {
        self.0.values().flatten()
    }
}

/// What one language has words for.
#[derive(Debug, Default)]
pub(in super::super) struct Words {
    /// `None` where nobody has written them down yet.
    pub numbers: Option<Lexicon<f64>>,
    /// From 1.
    pub months: Lexicon<u32>,
}

/// The words of a language.
pub(in super::super) fn words(primary: &str) -> &'static Words {
    static NONE: LazyLock<Words> = LazyLock::new(Words::default);
    static BY_LANGUAGE: LazyLock<HashMap<&str, Words>> = LazyLock::new(|| {
        let mut words: HashMap<&str, Words> = HashMap::new();
        for (languages, table) in NUMBERS {
            for language in languages.split(' ') {
                words.entry(language).or_default().numbers = Some(Lexicon::new(numbers(table)));
            }
        }
        for (languages, table) in MONTHS {
            for language in languages.split(' ') {
                let names = table.split(' ').zip(1..);
                let names = names.flat_map(|(names, month)| names.split('|').map(move |name| (name, month)));
                words.entry(language).or_default().months = Lexicon::new(names);
            }
        }
        words
    });
    BY_LANGUAGE.get(primary).unwrap_or(&NONE)
}

fn numbers(table: &'static str) -> impl Iterator<Item = (&'static str, f64)> {
    let rows = table.split(' ').filter_map(|row| row.split_once(':'));
    rows.flat_map(|(value, forms)| {
        let value = value.parse().unwrap_or(-1.0);
        forms.split(',').map(move |form| (form, value))
    })
}

/// The words in [`SCALES`] that begin as `word` does, the longest first.
pub(super) fn scales_like(word: &str) -> &'static [(&'static str, f64)] {
    static WORDS: LazyLock<Lexicon<f64>> = LazyLock::new(|| {
        let rows =
            SCALES.iter().flat_map(|(value, forms)| forms.split_whitespace().map(|form| (form, *value)));
        Lexicon::new(rows)
    });
    WORDS.like(word)
}

/// Languages, and their words as `value:form,form value:form …`, all in lower case. A form of three letters or more stands
/// for every word that begins with it and has up to [`LONGEST_ENDING`] letters more.
const NUMBERS: &[(&str, &str)] = &[
    (
        "en",
        "0:zero,nil 1:one,first,once,single,a,an 2:two,second,twice,both,double,doubl,pair,couple 3:three,third,triple,tripl,thrice 4:four,fourth,quarter 5:five,fifth 6:six,sixth 7:seven,seventh 8:eight,eighth 9:nine,ninth 10:ten,tenth,decade 11:eleven 12:twelve,twelfth,dozen 13:thirteen 14:fourteen 15:fifteen 16:sixteen 17:seventeen 18:eighteen 19:nineteen 20:twenty,twentieth 30:thirty,thirtie 40:forty 50:fifty,fiftie 60:sixty,sixtie 70:seventy,seventie 80:eighty,eightie 90:ninety,ninetie 100:hundred,century 0.5:half",
    ),
    (
        "de",
        "0:null 1:ein,erst,einmal 2:zwei,zweit,beide,doppel 3:drei,dritt,dreifach 4:vier,viertel 5:fünf 6:sechs 7:sieben,siebt 8:acht 9:neun 10:zehn,jahrzehnt 11:elf 12:zwölf,dutzend 13:dreizehn 14:vierzehn 15:fünfzehn 16:sechzehn 17:siebzehn 18:achtzehn 19:neunzehn 20:zwanzig 30:dreißig,dreissig 40:vierzig 50:fünfzig 60:sechzig 70:siebzig 80:achtzig 90:neunzig 100:hundert,einhundert,jahrhundert 200:zweihundert 1000:eintausend 0.5:halb,hälfte",
    ),
    (
        "nl",
        "0:nul 1:een,één,eerst,enkel 2:twee,beide,dubbel 3:drie,derde 4:vier,kwart 5:vijf 6:zes 7:zeven 8:acht 9:negen 10:tien,decenni 11:elf 12:twaalf,dozijn 13:dertien 14:veertien 15:vijftien 16:zestien 17:zeventien 18:achttien 19:negentien 20:twintig 30:dertig 40:veertig 50:vijftig 60:zestig 70:zeventig 80:tachtig 90:negentig 100:honderd,eeuw 0.5:half,helft",
    ),
    (
        "fr",
        "0:zéro 1:un,une,premi,1er 2:deux,deuxième,second,double 3:trois,tiers,triple 4:quatre,quatrième,quart,trimestre 5:cinq 6:six,sixième 7:sept,septième 8:huit 9:neuf,neuvième 10:dix,dixième,décennie,dizaine 11:onze 12:douze,douzaine 13:treize 14:quatorze 15:quinze,quinzaine 16:seize 20:vingt 30:trent 40:quarant 50:cinquant 60:soixant 100:cent,centaine,siècle 1000:mille,millier 0.5:demi,moitié",
    ),
    (
        "es",
        "0:cero 1:un,uno,una,primer,únic 2:dos,segund,ambos,ambas,doble,par 3:tres,tercer,triple 4:cuatro,cuart,trimestre 5:cinco,quint 6:seis,sext 7:siete,séptim 8:ocho,octav 9:nueve,noven 10:diez,décim,década 11:once 12:doce,docena 13:trece 14:catorce 15:quince 16:dieciséis 17:diecisiete 18:dieciocho 19:diecinueve 20:veinte 30:treinta 40:cuarenta 50:cincuenta 60:sesenta 70:setenta 80:ochenta 90:noventa 100:cien,ciento,siglo 500:quinient 1000:mil 0.5:medio,media,mitad",
    ),
    (
        "ca",
        "0:zero 1:un,una,primer,únic 2:dos,dues,segon,ambd,doble,parell 3:tres,tercer,triple 4:quatre,quart,trimestre 5:cinc,cinqu 6:sis,sisen 7:set,setè 8:vuit 9:nou,nové 10:deu,desè,dècada,desena 11:onze 12:dotze,dotzena 13:tretze 14:catorze 15:quinze 16:setze 17:disset 18:divuit 19:dinou 20:vint 30:trenta 40:quaranta 50:cinquanta 60:seixanta 70:setanta 80:vuitanta 90:noranta 100:cent,segle 1000:mil 0.5:mig,mitja,meitat",
    ),
    (
        "it",
        "0:zero 1:un,uno,una,prim 2:due,second,entramb,doppi,coppia,paio 3:tre,terz,tripl 4:quattro,quart,trimestre 5:cinque,quint 6:sei,sest 7:sette,settim 8:otto,ottav 9:nove,non 10:dieci,decim,decenni,decina 11:undici 12:dodici,dozzina 13:tredici 14:quattordici 15:quindici 16:sedici 17:diciassette 18:diciotto 19:diciannove 20:venti,ventenn 30:trenta,trentenn 40:quaranta,quarantenn 50:cinquanta,cinquantenn 60:sessanta,sessantenn 70:settanta,settantenn 80:ottanta,ottantenn 90:novanta,novantenn 100:cento,centinai,secolo 1000:mille,migliai 0.5:mezz,metà",
    ),
    (
        "pt",
        "0:zero 1:um,uma,primeir,únic 2:dois,duas,segund,ambos,ambas,dobro,dupl,par 3:três,terceir,tripl 4:quatro,quart,trimestre 5:cinco,quint 6:seis,sext 7:sete,sétim 8:oito,oitav 9:nove,non 10:dez,décim,década 11:onze 12:doze,dúzia 13:treze 14:catorze,quatorze 15:quinze 16:dezasseis,dezesseis 17:dezassete,dezessete 18:dezoito 19:dezanove,dezenove 20:vinte 30:trinta 40:quarenta 50:cinquenta 60:sessenta 70:setenta 80:oitenta 90:noventa 100:cem,cento,centena,século 1000:mil,milhar 0.5:meio,meia,metade",
    ),
    (
        "pl",
        "0:zero 1:jeden,jedn,pierwsz,raz 2:dwa,dwie,dwó,dwoj,dwu,drug,oba,obie,obu,podwójn 3:trzy,trzech,trzem,troj,trzeci 4:czter,czwart,kwart 5:pięć,pięciu,piąt 6:sześć,sześciu,szóst 7:siedem,siedmi,siódm 8:osiem,ośmi,ósm 9:dziewięć,dziewięciu,dziewiąt 10:dziesięć,dziesięciu,dziesiąt,dekad 11:jedenast 12:dwanaście,dwunast,tuzin 13:trzynast 14:czternast 15:piętnast 16:szesnast 17:siedemnast 18:osiemnast 19:dziewiętnast 20:dwadzieścia,dwudziest 30:trzydzieści,trzydziest 40:czterdzieści,czterdziest 50:pięćdziesiąt 60:sześćdziesiąt 70:siedemdziesiąt 80:osiemdziesiąt 90:dziewięćdziesiąt 100:sto,stu,wiek 1000:tysiąc 0.5:pół,połow",
    ),
    (
        "ru",
        "0:ноль,нуль 1:один,одн,перв 2:два,две,двух,двум,двое,второ,втора,вторы,второго,оба,обе,обои,дважды,двойн 3:три,трех,трёх,трем,трём,трое,трет,трижды,тройн 4:четыре,четырех,четырёх,четверт,четверо,квартал 5:пять,пяти,пятер,пято,пята,пяты 6:шесть,шести,шест 7:семь,семи,седьм 8:восемь,восьми,восьм 9:девять,девяти,девят 10:десять,десяти,десят,десятилет 11:одиннадцат 12:двенадцат,дюжин 13:тринадцат 14:четырнадцат 15:пятнадцат 16:шестнадцат 17:семнадцат 18:восемнадцат 19:девятнадцат 20:двадцат 30:тридцат 40:сорок 50:пятьдесят,пятидесят 60:шестьдесят,шестидесят 70:семьдесят 80:восемьдесят 90:девяност 100:сто,ста,сотн,век,столет 200:двести 1000:тысяч 0.5:половин,пол 1.5:полтор",
    ),
    (
        "uk",
        "0:нуль 1:один,одн,перш 2:два,дві,двох,двом,двоє,друг,обидв,обоє,двічі,подвійн 3:три,трьох,трьом,троє,трет,тричі 4:чотири,чотирьох,четверт,четверо,квартал 5:п'ят,п’ят,пят 6:шість,шести,шост 7:сім,семи,сьом 8:вісім,восьми,восьм 9:дев'ят,дев’ят 10:десять,десяти,десят 11:одинадцят 12:дванадцят,дюжин 13:тринадцят 14:чотирнадцят 15:п'ятнадцят,п’ятнадцят 16:шістнадцят 17:сімнадцят 18:вісімнадцят 19:дев'ятнадцят 20:двадцят 30:тридцят 40:сорок 50:п'ятдесят,п’ятдесят 60:шістдесят 70:сімдесят 80:вісімдесят 90:дев'яност 100:сто,ста,сотн,столітт 1000:тисяч 0.5:половин,пів",
    ),
    (
        "be",
        "0:нуль 1:адзін,адн,перш 2:два,дзве,двух,двум,двое,друг,абодва,абедзве 3:тры,трох,тром,трое,трэц 4:чатыры,чатырох,чацвёрт,чацвер,квартал 5:пяць,пяці,пят 6:шэсць,шасці,шост 7:сем,сямі,сём 8:восем,васьмі,восьм 9:дзевяць,дзевяці,дзевят,дзявят 10:дзесяць,дзесяці,дзесят,дзясят 11:адзінаццац 12:дванаццац 13:трынаццац 14:чатырнаццац 15:пятнаццац 16:шаснаццац 17:сямнаццац 18:васямнаццац 19:дзевятнаццац 20:дваццац 30:трыццац 40:сорак 50:пяцьдзясят 100:сто,стагоддз,сотн 1000:тысяч 0.5:палов,паў",
    ),
    (
        "tr",
        "0:sıfır 1:bir,ilk,tek 2:iki,ikinci,çift 3:üç,üçüncü 4:dört,dördüncü,çeyrek 5:beş 6:altı 7:yedi 8:sekiz 9:dokuz 10:on,onuncu 12:düzine 20:yirmi 30:otuz 40:kırk 50:elli 60:altmış 70:yetmiş 80:seksen 90:doksan 100:yüz,yüzyıl 1000:bin 0.5:yarı,buçuk",
    ),
    (
        "vi",
        "1:một,nhất,đầu 2:hai,nhì,đôi,cặp,cả 3:ba 4:bốn,tư,quý 5:năm,lăm 6:sáu 7:bảy 8:tám 9:chín 10:mười,chục,thập 12:tá 20:hai 100:trăm,kỷ 1000:nghìn,ngàn 0.5:nửa,rưỡi",
    ),
    (
        "sw",
        "1:moja,kwanza,mmoja 2:mbili,wawili,pili 3:tatu,watatu,mitatu,matatu 4:nne,wanne,minne,robo 5:tano,watano,mitano,matano 6:sita 7:saba 8:nane,wanane,minane 9:tisa 10:kumi,muongo 20:ishirini 30:thelathini 40:arobaini 50:hamsini 60:sitini 70:sabini 80:themanini 90:tisini 100:mia,karne 1000:elfu 0.5:nusu",
    ),
    (
        "ar",
        "0:صفر 1:واحد,حادي,أول,الأول,أولى,الأولى,وحيد 2:اثن,اثنين,ثاني,الثاني,ثنائي,كلا,مرتين,ضعف 3:ثلاث,ثالث,الثالث 4:أربع,رابع,الرابع,ربع 5:خمس,خامس,الخامس 6:ست,ستة,سادس,السادس 7:سبع,سابع,السابع 8:ثمان,ثامن,الثامن 9:تسع,تاسع,التاسع 10:عشر,عاشر,عقد 20:عشرين,عشرون 30:ثلاثين,ثلاثون,الثلاثين 40:أربعين,أربعون 50:خمسين,خمسون 60:ستين,ستون 70:سبعين,سبعون 80:ثمانين,ثمانون 90:تسعين,تسعون 100:مائة,مئة,مئات,قرن 200:مائتي,مئتي 1000:ألف,آلاف 2000:ألفي 2000000:مليوني,مليونا,مليونين 0.5:نصف",
    ),
    (
        "fa",
        "0:صفر 1:یک,یکی,اول,اولین,نخست 2:دو,دوم,دومین,هر 3:سه,سوم,سومین 4:چهار,ربع 5:پنج 6:شش,ششم 7:هفت 8:هشت 9:نه,نهم 10:ده,دهم,دهه 11:یازده 12:دوازده 13:سیزده 14:چهارده 15:پانزده 16:شانزده 17:هفده 18:هجده 19:نوزده 20:بیست 30:سی 40:چهل 50:پنجاه 60:شصت 70:هفتاد 80:هشتاد 90:نود 100:صد,قرن 200:دویست 500:پانصد 1000:هزار 0.5:نیم,نصف",
    ),
    (
        "he",
        "0:אפס 1:אחד,אחת,ראשון,ראשונה,יחיד 2:שני,שתי,שניים,שתיים,שנייה,פעמיים,זוג,כפול,שנתיים,חודשיים,יומיים,שבועיים 3:שלוש,שלישי,שליש 4:ארבע,רביעי,רבע 5:חמש,חמיש 6:שש,ששה,שישה,שישי 7:שבע,שביעי 8:שמונ,שמיני 9:תשע,תשיעי 10:עשר,עשיר,עשור 12:תריסר 20:עשרים 30:שלושים 40:ארבעים 50:חמישים 60:שישים 70:שבעים 80:שמונים 90:תשעים 100:מאה,מאות,מאתיים 1000:אלף,אלפי 0.5:חצי,מחצית",
    ),
    (
        "hi",
        "0:शून्य 1:एक,पहल,प्रथम 2:दो,दोन,दूसर,द्वितीय,दोहर 3:तीन,तीसर,तृतीय 4:चार,चौथ,चारों,तिमाही,चौथाई 5:पांच,पाँच 6:छह,छः,छठ,छे 7:सात 8:आठ 9:नौ,नौव 10:दस,दशक 11:ग्यारह 12:बारह,दर्जन 13:तेरह 14:चौदह 15:पंद्रह 16:सोलह 17:सत्रह 18:अठारह,अट्ठारह 19:उन्नीस 20:बीस 25:पच्चीस 30:तीस 40:चालीस 50:पचास 60:साठ 70:सत्तर 80:अस्सी 90:नब्बे 100:सौ,सदी 1000:हज़ार,हजार 0.5:आध,आधे 1.5:डेढ़ 2.5:ढाई",
    ),
    (
        "ka",
        "0:ნულ 1:ერთ,პირველ 2:ორი,ორ,ორივე,მეორე,ორმაგ,ორჯერ 3:სამ,სამი,მესამე 4:ოთხ,მეოთხე,მეოთხედ 5:ხუთ,მეხუთე 6:ექვს,მეექვსე 7:შვიდ,მეშვიდე 8:რვა,მერვე 9:ცხრა,მეცხრე 10:ათი,ათ,მეათე,ათწლეულ 11:თერთმეტ 12:თორმეტ 13:ცამეტ 14:თოთხმეტ 15:თხუთმეტ 16:თექვსმეტ 17:ჩვიდმეტ 18:თვრამეტ 19:ცხრამეტ 20:ოც 40:ორმოც 60:სამოც 80:ოთხმოც 100:ას,ასი,საუკუნე 1000:ათას 0.5:ნახევა",
    ),
    (
        "ko",
        "0:영 1:한,하나,첫,일,제일,유일 2:두,둘,두번째,양,이,쌍 3:세,셋,삼,석 4:네,넷,사,분기 5:다섯,오 6:여섯,육 7:일곱,칠 8:여덟,팔 9:아홉,구 10:열,십 11:열한 12:열두,다스 20:스무,스물,이십 30:서른,삼십 40:마흔,사십 50:쉰,오십 60:예순,육십 100:백,수백,세기 1000:천,수천 10000:만,수만 0.5:반,절반",
    ),
    (
        "th",
        "0:ศูนย์ 1:หนึ่ง,แรก,เดียว 2:สอง,คู่,ทั้งคู่,ที่สอง 3:สาม 4:สี่,ไตรมาส 5:ห้า 6:หก 7:เจ็ด 8:แปด 9:เก้า 10:สิบ,ทศวรรษ 12:โหล 20:ยี่สิบ 30:สามสิบ 40:สี่สิบ 50:ห้าสิบ 100:ร้อย,ศตวรรษ 1000:พัน 0.5:ครึ่ง",
    ),
    (
        "sv da nb nn no",
        "0:noll,nul,null 1:en,ett,et,én,først 2:två,to,andr,båda,begge,dubbel 3:tre,tredj 4:fyra,fire,fjärde,fjerde,kvart 5:fem,femt 6:sex,seks,sjätt,sjett 7:sju,syv,sjund,syvend 8:åtta,otte,åtte 9:nio,ni 10:tio,ti,årtion 11:elva,elleve,ellev 12:tolv,dussin 13:tretton,tretten 14:fjorton,fjorten 15:femton,femten 16:sexton,seksten 17:sjutton,sytten 18:arton,atten 19:nitton,nitten 20:tjugo,tyve,tjue 30:trettio,tredive,tretti 40:fyrtio,fyrre,førti 50:femtio,femti,halvtreds 100:hundra,hundre,sekel,århund 1000:tusen,tusind 0.5:halv,hälft",
    ),
];

/// Words and abbreviations after a numeral that multiply it, in lower case: the beginning of a word, and up to four
/// letters more. The longest fitting one counts, so that "milliard" is no "milli(on)".
const SCALES: &[(f64, &str)] = &[
    (1e1, "decade jahrzehnt decenni décennie década dècada dekad десятилет десятиліт दशक עשור"),
    (12.0, "dozen dutzend douzaine docena dotzena dozzina dúzia tuzin dozijn"),
    (1e2, "hundred hundert honderd cent cien hundra hundre sto сотен सौ ร้อย백 백 მია yüz مائة مئة"),
    (
        1e3,
        "thousand k tausend duizend tsd mille mil mila millier tysiąc tysięc tys тысяч тыс тисяч тис bin nghìn ngàn elfu ألف آلاف ألفًا ألفا \
         هزار אלף אלפי אלפים हज़ार हजार ათას 천 พัน tusen tusind",
    ),
    (1e4, "หมื่น 만"),
    (1e5, "lakh लाख แสน"),
    (
        1e6,
        "million m mn mln mio millón millon milió milion milhão milhões milione milioni milhao miljoen miljon miljoon мільйон мільён миллион млн \
         milyon triệu مليون ملايين میلیون מיליון מיליוני मिलियन მილიონ მლნ 백만 ล้าน millionen millones milions milionów",
    ),
    (1e7, "crore करोड़"),
    (1e8, "억"),
    (
        1e9,
        "milliard miliard milliárd miljard mrd mld mdr mlrd миллиард млрд мільярд milyar tỷ tỉ مليار مليارات میلیارد ארד מיליארד मिलियार्ड अरब \
         მილიარდ მლრდ bn bln bilioni bilhão bilhões bilhoes बिलियन",
    ),
    (
        1e12,
        "trillion trilhão trilhões trilyon tn трлн триллион трильйон biljoen trilioni 조 ट्रिलियन تريليون تریلیون טריליון ტრილიონ खरब",
    ),
];

/// Languages in which a "billion" is a million millions.
pub(super) const LONG_SCALE: &[&str] =
    &["de", "es", "ca", "fr", "nl", "pl", "it", "da", "sv", "nb", "no", "cs", "hu", "fi"];

/// Languages that write a number and what it counts as one word: "vierentwintigjarige", "двадцатилетний".
pub(super) const COMPOUNDING: &[&str] = &["de", "nl", "sv", "da", "nb", "nn", "no", "pl", "ru", "uk", "be"];

/// Letters that an inflected form may have after the form in a table.
pub(super) const LONGEST_ENDING: usize = 4;

/// Languages, and their months' names, January first, as beginnings; alternatives after `|`. Where months are numbers
/// (Chinese, Japanese, Korean, Vietnamese), there is nothing to list.
const MONTHS: &[(&str, &str)] = &[
    (
        "en",
        "january|jan february|feb march april may june july august|aug september|sept|sep october|oct november|nov december|dec",
    ),
    ("de", "januar|jänner februar märz april mai juni juli august september oktober november dezember"),
    ("nl", "januari februari maart april mei juni juli augustus september oktober november december"),
    ("fr", "janvier février mars avril mai juin juillet août|aout septembre octobre novembre décembre"),
    (
        "es",
        "enero febrero marzo abril mayo junio julio agosto septiembre|setiembre octubre noviembre diciembre",
    ),
    ("ca", "gener febrer març abril maig juny juliol agost setembre octubre novembre desembre"),
    ("it", "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre"),
    ("pt", "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro"),
    ("pl", "stycz lut marc|marz kwie maj|maja czerw lip sierp wrze paźdz listopad grud"),
    ("ru", "январ феврал март апрел мая|май|мае июн июл август сентябр октябр ноябр декабр"),
    ("uk", "січ лют берез квіт трав черв лип серп верес жовт листопад груд"),
    (
        "be",
        "студзен лют сакавік красавік мая|май|траў чэрвен ліпен жнів|жнівен верас|верасен кастрычнік лістапад снежан|снежн",
    ),
    ("tr", "ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık"),
    ("sw", "januari februari machi aprili mei juni julai agosti septemba oktoba novemba desemba|disemba"),
    ("ar", "يناير فبراير مارس أبريل|إبريل مايو يونيو|يونيه يوليو|يوليه أغسطس سبتمبر أكتوبر نوفمبر ديسمبر"),
    (
        "fa",
        "ژانویه فوریه مارس آوریل می|مه ژوئن|جون ژوئیه|جولای|ژوئیهٔ اوت|آگوست|اگوست سپتامبر اکتبر نوامبر دسامبر",
    ),
    ("he", "ינואר פברואר מרץ|מרס אפריל מאי יוני יולי אוגוסט ספטמבר אוקטובר נובמבר דצמבר"),
    ("hi", "जनवरी फरवरी|फ़रवरी मार्च अप्रैल मई जून जुलाई अगस्त सितंबर|सितम्बर अक्टूबर|अक्तूबर नवंबर|नवम्बर दिसंबर|दिसम्बर"),
    ("ka", "იანვ თებერვ მარტ აპრილ მაის ივნის ივლის აგვისტ სექტემბ ოქტომბ ნოემბ დეკემბ"),
    ("th", "มกราคม กุมภาพันธ์ มีนาคม เมษายน พฤษภาคม มิถุนายน กรกฎาคม สิงหาคม กันยายน ตุลาคม พฤศจิกายน ธันวาคม"),
    (
        "sv da nb nn no",
        "januari|januar februari|februar mars|marts april maj|mai juni juli augusti|august september oktober november december|desember",
    ),
];
