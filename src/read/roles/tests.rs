use super::*;
use crate::read::{markdown, text};

fn assigned(source: &str, tag: &str) -> Vec<(Role, String)> {
    with(source, tag, &FolderEvidence::default())
}

fn with(source: &str, tag: &str, evidence: &FolderEvidence) -> Vec<(Role, String)> {
    let mut blocks = text::parse(source);
    assign(&mut blocks, source, &Language::parse(tag).unwrap(), evidence);
    blocks
        .iter()
        .filter(|block| block.unit.is_some())
        .map(|block| (block.role, slice(source, block.content.clone()).to_owned()))
        .collect()
}

const BODY: &str = "The council approved fifteen documents during its long meeting in the old town hall.\n\n\
    A spokesman said that the members would meet again in spring to see what had been done.\n";

fn count(roles: &[(Role, String)], role: Role) -> usize {
    roles.iter().filter(|(found, _)| *found == role).count()
}

#[test]
fn furniture_stands_at_the_edges_and_the_title_by_the_date() {
    let source = format!(
        "Projects\nPolitics\nAll news\n3 December 2020, 09:19\n\nCouncil approves fifteen documents\n\n{BODY}\nSubscribe to us\nTwitter\nNew bridge opens in the north\n"
    );
    let roles = assigned(&source, "en");
    assert_eq!(
        roles.iter().find(|(role, _)| *role == Role::Title).unwrap().1,
        "Council approves fifteen documents"
    );
    assert_eq!(
        (count(&roles, Role::Body), count(&roles, Role::Dateline), count(&roles, Role::Boilerplate)),
        (2, 1, 6)
    );
}

#[test]
fn a_clean_article_has_no_furniture() {
    let source = format!("Council approves fifteen documents\n\n{BODY}\nNothing more was said\n");
    let roles = assigned(&source, "en");
    assert_eq!((count(&roles, Role::Title), count(&roles, Role::Body)), (1, 3));
}

#[test]
fn prose_that_speaks_of_furniture_is_body() {
    let source = format!(
        "Paper loses readers\n\n{BODY}\nHome prices rose.\n\nSubscribe, she said, or we close.\n\nPoems\n\nRoses are red\n"
    );
    assert_eq!(count(&assigned(&source, "en"), Role::Boilerplate), 0);
}

#[test]
fn what_the_folder_repeats_at_its_edges_is_furniture() {
    let file = |title: &str| format!("The Daily Kettle\n\n{title}\n\n{BODY}\nKettle Media Group\n");
    let files = [
        file("Bridge opens at last in town"),
        file("Mayor leaves office this week"),
        file("Rain falls on the whole valley"),
    ];
    let evidence = FolderEvidence::of(files.iter().map(|text| edge_lines(text)));
    let roles = with(&files[0], "en", &evidence);
    assert_eq!(roles[0].0, Role::Boilerplate);
    assert_eq!(roles[1].0, Role::Title);
    assert_eq!(roles.last().unwrap().0, Role::Boilerplate);
    assert_eq!(count(&assigned(&files[0], "en"), Role::Title), 1);
}

#[test]
fn markdown_headings_are_title_and_body() {
    let source = format!("# Council approves\n\n{BODY}\n## Menu\n\n```\ncode\n```\n\n{BODY}");
    let mut blocks = markdown::parse(&source);
    assign(&mut blocks, &source, &Language::parse("en").unwrap(), &FolderEvidence::default());
    let roles: Vec<Role> =
        blocks.iter().filter(|block| block.kind != BlockKind::Markup).map(|block| block.role).collect();
    use Role::{Body, Title, Verbatim};
    assert_eq!(roles, [Title, Body, Body, Body, Verbatim, Body, Body]);
}

#[test]
fn short_and_empty_documents_keep_their_text() {
    for source in ["", "\n\n", "One line only", "Subscription prices rise\n"] {
        assert_eq!(count(&assigned(source, "en"), Role::Boilerplate), 0, "{source}");
    }
}

#[test]
fn calls_to_subscribe_and_follow_are_furniture_in_many_languages() {
    for (call, tag) in [
        ("Inscreva-se na nossa newsletter e receba as notícias do dia todas as manhãs.", "pt"),
        ("Receba as notícias do dia, todas as manhãs, na sua caixa de entrada.", "pt"),
        ("Suscríbete a nuestro boletín y recibe cada mañana las noticias más importantes del día.", "es"),
        (
            "Abonnez-vous à notre newsletter pour recevoir chaque matin les nouvelles les plus importantes.",
            "fr",
        ),
        ("Melden Sie sich für unseren Newsletter an und lesen Sie jeden Morgen, was wichtig ist.", "de"),
        ("Iscriviti alla nostra newsletter per ricevere ogni mattina le notizie più importanti.", "it"),
        ("Schrijf je in voor onze nieuwsbrief en ontvang elke ochtend het belangrijkste nieuws.", "nl"),
        ("Zapisz się na nasz newsletter, a codziennie rano dostaniesz najważniejsze wiadomości.", "pl"),
        ("Подписывайтесь на наш телеграм-канал и читайте главные новости дня раньше всех остальных.", "ru"),
        ("Підписуйтесь на наш канал у Telegram, щоб першими дізнаватися про головні новини дня.", "uk"),
        ("Her sabah en önemli haberleri almak için e-posta bültenimize hemen ücretsiz abone olun.", "tr"),
        ("اشترك في النشرة البريدية لتصلك أهم الأخبار كل صباح قبل أي شخص آخر في المدينة.", "ar"),
        ("订阅我们的电子报，每天早上收到当天最重要的新闻和评论。", "zh"),
        ("ニュースレターに登録すると、毎朝その日の最も重要なニュースが届きます。購読は無料です。", "ja"),
        ("Get the Courier's morning round-up in your inbox, six days a week.", "en"),
    ] {
        let roles = assigned(&format!("A headline of four words\n\n{BODY}\n{call}\n"), tag);
        let found = roles.iter().find(|(_, text)| text == call).unwrap();
        assert_eq!(found.0, Role::Boilerplate, "{call}");
        // Between paragraphs too.
        let (before, after) = BODY.split_once("\n\n").unwrap();
        let roles = assigned(&format!("A headline of four words\n\n{before}\n\n{call}\n\n{after}"), tag);
        assert_eq!((count(&roles, Role::Boilerplate), count(&roles, Role::Body)), (1, 2), "{call}");
    }
}

#[test]
fn lines_that_share_are_furniture_and_headlines_that_begin_like_them_are_not() {
    let source = format!("Email rules change for councils\n\nFacebook\nEmail\nCopy link\n\n{BODY}");
    let roles = assigned(&source, "en");
    assert_eq!((count(&roles, Role::Title), count(&roles, Role::Boilerplate)), (1, 3), "{roles:?}");
    let source = format!("Ayuntamiento cambia las reglas\n\nCompartir\nCopiar enlace\n\n{BODY}");
    assert_eq!(count(&assigned(&source, "es"), Role::Boilerplate), 2);
}

#[test]
fn sentences_about_letters_and_channels_are_prose() {
    for (sentence, tag) in [
        ("The newsletter has nine hundred readers, and she writes it alone in her kitchen on Sundays.", "en"),
        (
            "Recibe Facebook una multa de dos millones de euros por no proteger los datos de sus clientes.",
            "es",
        ),
        ("Follow the ferry down to the weir, and you will see where the meadow begins in winter.", "en"),
        ("O presidente anunciou no Telegram que a ponte só será reaberta no fim do próximo ano.", "pt"),
        ("В своём телеграм-канале губернатор написал, что мост откроют только в конце года.", "ru"),
    ] {
        let roles = assigned(&format!("A headline of four words\n\n{BODY}\n{sentence}\n"), tag);
        let found = roles.iter().find(|(_, text)| text == sentence).unwrap();
        assert_eq!(found.0, Role::Body, "{sentence}");
    }
}
