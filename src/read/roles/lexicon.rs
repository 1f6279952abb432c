//! The words that page furniture is made of. Owns plain tables; what follows from a match is decided in
//! [`super`]. All in lower case, held against whole words; languages that nobody could vouch for are left out.

/// Whole lines that are furniture wherever they stand, even between paragraphs.
#[rustfmt::skip]
pub(super) const ANYWHERE: &[&str] = &[
    "advertisement", "advertising", "story continues below", "article continues below", "continue reading",
    "read more", "show more", "share this article", "share this", "loading", "publicidade",
    "continua depois da publicidade", "leia mais", "leia também", "compartilhe", "partilhar", "publicidad",
    "leer más", "lea también", "lee también", "compartir", "publicité", "lire la suite", "lire aussi",
    "à lire aussi", "partager", "anzeige", "werbung", "weiterlesen", "lesen sie auch", "mehr lesen",
    "teilen", "pubblicità", "leggi anche", "leggi tutto", "condividi", "continua a leggere", "реклама",
    "читайте также", "читать далее", "поделиться", "подробнее", "читайте також", "читати далі",
    "поділитися", "рэклама", "чытайце таксама", "падзяліцца", "reklama", "czytaj także", "czytaj więcej",
    "czytaj dalej", "udostępnij", "advertentie", "lees ook", "lees meer", "delen", "reklam", "paylaş",
    "devamını oku", "ayrıca okuyun", "إعلان", "اقرأ أيضا", "اقرأ أيضاً", "اقرأ المزيد", "شارك", "פרסומת",
    "קרא עוד", "קראו עוד", "שתף", "تبلیغات", "بیشتر بخوانید", "广告", "阅读更多", "分享", "廣告", "閱讀更多", "広告",
    "続きを読む", "シェア", "광고", "더보기", "공유하기", "विज्ञापन", "और पढ़ें", "शेयर करें", "publicitat", "llegiu més",
    "quảng cáo", "xem thêm", "chia sẻ",
];

/// What lines of furniture at the edges begin with (or are).
#[rustfmt::skip]
pub(super) const EDGE: &[&str] = &[
    "subscribe", "sign up", "sign in", "log in", "login", "register", "newsletter", "follow us", "related",
    "most read", "most popular", "trending", "latest news", "recent news", "all news", "more news",
    "top stories", "more from", "more stories", "more on this", "you may also like", "you might also like",
    "recommended", "see also", "read also", "share", "print", "email this", "tags", "topics", "categories",
    "comments", "leave a comment", "menu", "home", "search", "skip to content", "skip to main content",
    "contact us", "about us", "privacy policy", "terms of use", "terms of service", "cookie", "cookies",
    "copyright", "back to top", "facebook", "twitter", "instagram", "telegram", "youtube", "whatsapp",
    "linkedin", "rss", "vkontakte", "tiktok", "assine", "inscreva-se", "cadastre-se", "siga-nos",
    "siga nos", "notícias relacionadas", "relacionadas", "mais lidas", "últimas notícias",
    "todas as notícias", "veja também", "saiba mais", "comentários", "pesquisar", "buscar", "início",
    "fale conosco", "política de privacidade", "entrar", "boletim informativo", "subscreva", "suscríbete",
    "suscríbase", "regístrate", "síguenos", "noticias relacionadas", "más leídas", "lo más leído",
    "últimas noticias", "todas las noticias", "ver también", "comentarios", "inicio", "iniciar sesión",
    "contacto", "aviso legal", "política de cookies", "te puede interesar", "abonnez-vous", "s'abonner",
    "inscrivez-vous", "suivez-nous", "articles liés", "les plus lus", "à la une", "dernières nouvelles",
    "toutes les actualités", "sur le même sujet", "voir aussi", "commentaires", "accueil", "rechercher",
    "se connecter", "mentions légales", "contactez-nous", "politique de confidentialité", "abonnieren",
    "jetzt abonnieren", "folgen sie uns", "verwandte artikel", "meistgelesen", "mehr zum thema",
    "alle nachrichten", "neueste nachrichten", "siehe auch", "kommentare", "startseite", "suche",
    "anmelden", "impressum", "datenschutz", "kontakt", "drucken", "abbonati", "iscriviti", "seguici",
    "articoli correlati", "i più letti", "ultime notizie", "tutte le notizie", "vedi anche", "commenti",
    "cerca", "accedi", "registrati", "contatti", "informativa sulla privacy", "подписаться", "подпишитесь",
    "подписывайтесь", "следите за нами", "по теме", "похожие", "популярное", "самое читаемое",
    "все новости", "последние новости", "другие новости", "главное", "главная", "меню", "поиск", "войти",
    "регистрация", "комментарии", "контакты", "о нас", "политика конфиденциальности", "теги",
    "версия для печати", "підписатися", "підписуйтесь", "підпишіться", "усі новини", "всі новини",
    "останні новини", "головна", "пошук", "коментарі", "контакти", "за темою", "про нас", "падпісацца",
    "падпісвайцеся", "усе навіны", "апошнія навіны", "галоўная", "пошук па сайце", "каментары", "кантакты",
    "subskrybuj", "zapisz się", "obserwuj nas", "śledź nas", "powiązane", "zobacz także",
    "najczęściej czytane", "najnowsze", "wszystkie wiadomości", "komentarze", "strona główna", "szukaj",
    "zaloguj", "polityka prywatności", "abonneer", "meld je aan", "schrijf je in", "volg ons",
    "gerelateerd", "meest gelezen", "laatste nieuws", "al het nieuws", "zie ook", "reacties", "zoeken",
    "inloggen", "privacybeleid", "abone ol", "bizi takip edin", "ilgili haberler", "en çok okunanlar",
    "son dakika", "son haberler", "tüm haberler", "yorumlar", "ana sayfa", "anasayfa", "arama", "giriş yap",
    "iletişim", "gizlilik politikası", "اشترك", "تابعنا", "تابعونا", "مواضيع ذات صلة", "أخبار ذات صلة",
    "الأكثر قراءة", "آخر الأخبار", "جميع الأخبار", "الرئيسية", "بحث", "تسجيل الدخول", "اتصل بنا", "من نحن",
    "سياسة الخصوصية", "تعليقات", "הירשמו", "הרשמה", "עקבו אחרינו", "כתבות נוספות", "כל החדשות",
    "חדשות אחרונות", "תגובות", "דף הבית", "חיפוש", "צור קשר", "اشتراک", "ما را دنبال کنید", "اخبار مرتبط",
    "پربازدیدترین", "آخرین اخبار", "همه اخبار", "نظرات", "صفحه اصلی", "جستجو", "تماس با ما", "درباره ما",
    "订阅", "关注我们", "相关新闻", "相关阅读", "相关文章", "最新消息", "最新新闻", "所有新闻", "热门", "评论", "首页", "搜索", "登录", "注册",
    "联系我们", "关于我们", "责任编辑", "版权所有", "訂閱", "關注我們", "相關新聞", "最新消息", "首頁", "搜尋", "登入", "聯絡我們", "購読", "登録",
    "フォローする", "関連記事", "関連ニュース", "最新ニュース", "ニュース一覧", "人気記事", "ランキング", "コメント", "ホーム", "検索", "ログイン", "お問い合わせ",
    "会員登録", "구독", "팔로우", "관련 기사", "관련기사", "최신 뉴스", "전체 뉴스", "많이 본 뉴스", "인기 기사", "댓글", "홈", "검색", "로그인",
    "회원가입", "सदस्यता लें", "हमें फॉलो करें", "संबंधित खबरें", "ताज़ा खबरें", "सभी खबरें", "टिप्पणियां",
    "होम", "खोजें", "subscriu-te", "segueix-nos", "notícies relacionades", "darreres notícies",
    "totes les notícies", "inici", "cerca", "đăng ký", "theo dõi chúng tôi", "tin liên quan",
    "tin mới nhất", "tất cả tin tức", "bình luận", "trang chủ", "tìm kiếm", "đăng nhập", "jisajili",
    "tufuate", "habari zinazohusiana", "habari zote", "สมัครรับข่าวสาร", "ติดตามเรา", "ข่าวที่เกี่ยวข้อง",
    "ข่าวทั้งหมด", "ข่าวล่าสุด", "หน้าแรก", "ค้นหา", "გამოწერა", "გამოგვყევით", "ყველა სიახლე",
];

/// Whole lines among those that share an article. A headline may begin with the same words.
#[rustfmt::skip]
pub(super) const SHARING: &[&str] = &[
    "email", "e-mail", "copy link", "messenger", "viber", "bluesky", "threads", "reddit", "pinterest", "copiar link",
    "copiar enlace", "copiar ligação", "copia l'enllaç", "copier le lien", "link kopieren", "copia link", "link kopiëren",
    "kopieer link", "kopiuj link", "skopiuj link", "скопировать ссылку", "копировать ссылку", "копіювати посилання",
    "скопіювати посилання", "bağlantıyı kopyala", "linki kopyala", "نسخ الرابط", "העתק קישור", "复制链接", "複製連結",
    "リンクをコピー", "링크 복사", "sao chép liên kết", "कॉपी लिंक", "لینک را کپی کنید", "คัดลอกลิงก์",
];

/// What tells a short notice at an edge whatever else it says.
#[rustfmt::skip]
pub(super) const NOTICES: &[&str] = &[
    "all rights reserved", "we use cookies", "uses cookies", "©", "todos os direitos reservados",
    "todos los derechos reservados", "tous droits réservés", "alle rechte vorbehalten",
    "tutti i diritti riservati", "все права защищены", "усі права захищені", "всі права захищено",
    "усе правы абаронены", "wszelkie prawa zastrzeżone", "alle rechten voorbehouden",
    "tüm hakları saklıdır", "جميع الحقوق محفوظة", "כל הזכויות שמורות", "版权所有", "版權所有", "無断転載", "무단 전재",
    "tots els drets reservats",
];

/// What a call to subscribe, to follow or to share begins with.
#[rustfmt::skip]
pub(super) const CALLS: &[&str] = &[
    "subscribe", "sign up", "follow us", "join our", "share this", "inscreva-se", "assine", "cadastre-se", "subscreva",
    "registe-se", "siga-nos", "siga o nosso", "siga a nossa", "siga nosso", "siga nossa", "acompanhe-nos", "junte-se", "entre no nosso",
    "entre no grupo", "participe do nosso", "partilhe", "compartilhe", "suscríbete", "suscríbase", "suscribite",
    "regístrate", "regístrese", "apúntate", "síguenos", "síganos", "únete", "únase", "comparte", "comparta",
    "subscriu-te", "subscriviu-vos", "apunta't", "segueix-nos", "uneix-te", "comparteix", "abonnez-vous",
    "inscrivez-vous", "abonne-toi", "suivez-nous", "suivez-moi", "rejoignez", "partagez", "abonnieren sie", "abonniere",
    "jetzt abonnieren", "melden sie sich", "jetzt anmelden", "folgen sie uns", "folgt uns", "folge uns", "teilen sie", "iscriviti",
    "iscrivetevi", "abbonati", "seguici", "seguiteci", "unisciti", "condividi", "schrijf je in", "schrijf u in",
    "meld je aan", "meld u aan", "abonneer", "volg ons", "zapisz się", "zasubskrybuj", "subskrybuj", "obserwuj nas",
    "śledź nas", "dołącz do", "udostępnij", "подписывайтесь", "подпишитесь", "подпишись", "следите за нами",
    "присоединяйтесь", "читайте нас", "поделитесь", "поделиться", "підписуйтесь", "підписуйтеся", "підпишіться",
    "підпишись", "стежте за нами", "читайте нас", "приєднуйтесь", "приєднуйтеся", "долучайтеся", "поділіться",
    "падпісвайцеся", "падпішыцеся", "чытайце нас", "далучайцеся", "сачыце за намі", "اشترك", "اشتركوا",
    "تابعنا", "تابعونا", "انضم", "انضموا", "שתפו", "הירשמו", "הרשמו", "הצטרפו", "עקבו אחרינו", "订阅", "欢迎订阅", "关注我们",
    "欢迎关注", "訂閱", "歡迎訂閱", "關注我們", "đăng ký", "theo dõi chúng tôi", "jisajili", "tufuate", "ติดตามเรา", "สมัครรับ",
    "გამოიწერეთ", "გამოგვყევით",
];

/// The same of verbs that a headline may begin with as well: with a letter only.
#[rustfmt::skip]
pub(super) const GETS: &[&str] = &[
    "get", "receive", "enter your email", "receba", "quer receber", "recibe", "reciba", "rep", "rebeu", "recevez",
    "reçois", "erhalten sie", "ricevi", "ricevete", "ontvang", "otrzymuj", "получайте", "отримуйте", "атрымлівайце",
    "bekommen sie", "dostawaj", "احصل على", "קבלו", "nhận",
];

/// The same where the verb stands at the end of its sentence.
#[rustfmt::skip]
pub(super) const CALLS_AT_END: &[&str] = &[
    "abone olun", "abone ol", "kaydolun", "takip edin", "登録する", "登録は", "ご登録", "購読する", "購読は", "ご購読", "フォローする",
    "구독하기", "구독하세요", "신청하기", "신청하세요", "팔로우하세요", "सब्सक्राइब करें", "सदस्यता लें", "फॉलो करें", "से जुड़ें",
    "مشترک شوید", "عضو شوید", "دنبال کنید",
];

/// What comes by post: what one subscribes to. Stems.
#[rustfmt::skip]
pub(super) const LETTERS: &[&str] = &[
    "newsletter", "inbox", "boletim", "caixa de entrada", "no seu e-mail", "no seu email", "boletín", "boletines",
    "bandeja de entrada", "en tu correo", "en su correo", "butlletí", "infolettre", "lettre d'information",
    "lettre d’information", "boîte mail", "rundbrief", "in ihr postfach", "notiziario via", "nella tua casella",
    "nieuwsbrief", "in je mailbox", "biuletyn", "na swój e-mail", "рассылк", "розсилк", "рассылак", "рассылку", "bülten",
    "النشرة", "نشرتنا", "ניוזלטר", "הדיוור", "خبرنامه", "通讯", "简报", "电子报", "電子報", "ニュースレター", "メルマガ",
    "メールマガジン", "뉴스레터", "न्यूज़लेटर", "न्यूजलेटर", "bản tin", "จดหมายข่าว", "jarida letu", "სიახლეებ",
];

/// Where one follows, joins and shares.
#[rustfmt::skip]
pub(super) const CHANNELS: &[&str] = &[
    "whatsapp", "telegram", "facebook", "instagram", "twitter", "youtube", "tiktok", "linkedin", "google news",
    "podcast", "redes sociais", "redes sociales", "xarxes socials", "réseaux sociaux", "sozialen medien", "social media",
    "mediach społecznościowych", "телеграм", "телеграмм", "вайбер", "viber", "вконтакте", "фейсбук", "ютуб", "соцсет",
    "соцмереж", "сацсетк", "واتساب", "تلغرام", "تيليغرام", "فيسبوك", "يوتيوب", "טלגרם", "וואטסאפ", "פייסבוק", "تلگرام",
    "اینستاگرام", "微信", "微博", "公众号", "公眾號", "脸书", "텔레그램", "유튜브", "व्हाट्सएप", "टेलीग्राम", "sosyal medya", "ไลน์", "เฟซบุ๊ก",
];

/// What a byline begins with.
#[rustfmt::skip]
pub(super) const BYLINES: &[&str] = &[
    "by", "por", "par", "von", "di", "door", "автор", "автор:", "аўтар", "autor", "autor:", "author:",
    "written by", "reporting by", "text:", "yazan", "بقلم", "מאת", "记者", "記者",
];

/// Stems of month names: the beginnings of a word that may be one, three letters or more.
#[rustfmt::skip]
pub(super) const MONTHS: &[&str] = &[
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
    "november", "december", "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov",
    "dec", "janeiro", "fevereiro", "março", "abril", "maio", "junho", "julho", "agosto", "setembro",
    "outubro", "novembro", "dezembro", "enero", "febrero", "marzo", "mayo", "junio", "julio", "septiembre",
    "octubre", "noviembre", "diciembre", "janvier", "février", "mars", "avril", "mai", "juin", "juillet",
    "août", "septembre", "octobre", "novembre", "décembre", "januar", "jänner", "februar", "märz", "juni",
    "juli", "oktober", "dezember", "gennaio", "febbraio", "aprile", "maggio", "giugno", "luglio",
    "settembre", "ottobre", "dicembre", "januari", "februari", "maart", "mei", "augustus", "января",
    "февраля", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября", "октября", "ноября",
    "декабря", "січня", "лютого", "березня", "квітня", "травня", "червня", "липня", "серпня", "вересня",
    "жовтня", "листопада", "грудня", "студзеня", "лютага", "сакавіка", "красавіка", "мая", "чэрвеня",
    "ліпеня", "жніўня", "верасня", "кастрычніка", "лістапада", "снежня", "stycznia", "lutego", "marca",
    "kwietnia", "maja", "czerwca", "lipca", "sierpnia", "września", "października", "listopada", "grudnia",
    "ocak", "şubat", "mart", "nisan", "mayıs", "haziran", "temmuz", "ağustos", "eylül", "ekim", "kasım",
    "aralık", "يناير", "فبراير", "مارس", "أبريل", "مايو", "يونيو", "يوليو", "أغسطس", "سبتمبر", "أكتوبر",
    "نوفمبر", "ديسمبر", "בינואר", "בפברואר", "במרץ", "באפריל", "במאי", "ביוני", "ביולי", "באוגוסט",
    "בספטמבר", "באוקטובר", "בנובמבר", "בדצמבר", "ژانویه", "فوریه", "آوریل", "مه", "ژوئن", "ژوئیه", "اوت",
    "سپتامبر", "اکتبر", "نوامبر", "دسامبر", "gener", "febrer", "març", "maig", "juny", "juliol", "agost",
    "setembre", "desembre", "जनवरी", "फरवरी", "मार्च", "अप्रैल", "मई", "जून", "जुलाई", "अगस्त", "सितंबर",
    "अक्टूबर", "नवंबर", "दिसंबर", "มกราคม", "กุมภาพันธ์", "มีนาคม", "เมษายน", "พฤษภาคม", "มิถุนายน",
    "กรกฎาคม", "สิงหาคม", "กันยายน", "ตุลาคม", "พฤศจิกายน", "ธันวาคม",
];
