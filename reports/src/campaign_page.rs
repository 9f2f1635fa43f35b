//! A campaign's page: the verdict over all runs, every run as a mark, failures by what they have in common, and
//! whether the campaign tried enough to mean anything.

use crate::html::{self, Html, Table, escape};
use crate::parts;
use crate::words;
use std::fmt::Write;
use tribunal_workloads::record::{CampaignRecord, FailureGroup, RunSummary, Verdict};

/// Says which page tells a run, when there is one: engine and seed in, a file's name out.
pub(crate) type PageOf<'a> = &'a dyn Fn(&str, u64) -> Option<String>;

/// Most seeds that a group of failures spells out.
const SEEDS_MAX: usize = 24;
/// Most groups of failures that are told.
const GROUPS_MAX: usize = 60;
/// How many of the slowest runs are listed.
const SLOWEST: usize = 8;
const VERDICTS: [Verdict; 5] =
    [Verdict::Violation, Verdict::Crash, Verdict::Error, Verdict::Incomplete, Verdict::Pass];

/// The page of a campaign.
pub(crate) fn render(campaign: &CampaignRecord, json: &str, page_of: PageOf<'_>) -> String {
    let mut body = Html::new();
    header(&mut body, campaign);
    body.section("failures", "Failures", &failures(campaign, page_of));
    body.section("runs", "All runs", &runs(campaign, page_of));
    body.section("faults", "What was tried", &faults(campaign));
    let vacuity = parts::vacuity(&campaign.vacuity, Some(&campaign.vacuous));
    body.section("vacuity", "What has to happen somewhere", &vacuity);
    body.section("latency", "Latency over all runs", &parts::latencies(&campaign.latencies));
    body.section("operations", "Operations", &parts::operation_counts(&campaign.operations));
    body.section("slowest", "Most expensive runs", &slowest(campaign, page_of));
    body.section("figures", "Other figures", &parts::figures(&campaign.figures));
    let title = format!(
        "{}: campaign of {}",
        words::verdict(verdict(campaign)),
        words::counted(total(campaign), "run")
    );
    html::page(&title, &body, json)
}

fn total(campaign: &CampaignRecord) -> u64 {
    campaign.runs.len() as u64
}

fn of(campaign: &CampaignRecord, verdict: Verdict) -> u64 {
    campaign.runs.iter().filter(|run| run.verdict == verdict).count() as u64
}

/// The worst of all runs; a campaign that proves nothing is incomplete.
fn verdict(campaign: &CampaignRecord) -> Verdict {
    let worst = VERDICTS.into_iter().find(|&verdict| of(campaign, verdict) > 0);
    match worst {
        None => Verdict::Incomplete,
        Some(Verdict::Pass) if !campaign.vacuous.is_empty() => Verdict::Incomplete,
        Some(verdict) => verdict,
    }
}

fn headline(campaign: &CampaignRecord) -> String {
    let all = total(campaign);
    let bad = all - of(campaign, Verdict::Pass);
    let (all_runs, kinds) =
        (words::counted(all, "run"), words::counted(campaign.failures.len() as u64, "way"));
    match (all, bad, campaign.vacuous.len()) {
        (0, ..) => "No run was finished.".to_owned(),
        (1, 0, 0) => "One run, and everything that was checked is legal.".to_owned(),
        (_, 0, 0) => format!("{all_runs}, and everything that was checked is legal."),
        (_, 0, never) => {
            let never = words::counted(never as u64, "thing");
            format!(
                "No run failed, but {never} that had to happen never did: the campaign proves too little."
            )
        }
        _ if campaign.failures.is_empty() => format!("{} of {all_runs} did not pass.", words::count(bad)),
        _ => format!("{} of {all_runs} did not pass, in {kinds}.", words::count(bad)),
    }
}

fn header(body: &mut Html, campaign: &CampaignRecord) {
    body.push_markup("<header>\n").push(&parts::badge(verdict(campaign)));
    body.push_markup("\n<h1>").push_text(&headline(campaign)).push_markup("</h1>\n");
    let mut facts = Vec::new();
    if !campaign.engine.is_empty() {
        facts.push(format!("Campaign on {}", campaign.engine));
    }
    if !campaign.build.is_empty() {
        facts.push(format!("build {}", campaign.build));
    }
    if campaign.stopped_early {
        facts.push("stopped before its end".to_owned());
    }
    if !facts.is_empty() {
        body.note(&facts.join(" · "));
    }
    if let Some(bug) = &campaign.planted {
        body.note(&format!("A bug was planted on purpose: {bug}."));
    }
    body.push(&html::copyable("Run it again", &campaign.replay));
    let operations = campaign.runs.iter().fold(0u64, |sum, run| sum.saturating_add(run.operations));
    let mut figures = vec![
        ("runs", words::count(total(campaign))),
        ("of virtual time", words::seconds(campaign.virtual_seconds)),
        ("operations", words::count(operations)),
        ("records acknowledged", words::count(campaign.operations.records_ok)),
        ("of CPU time", words::seconds(campaign.cpu_seconds)),
        ("on the wall", words::seconds(campaign.wall_seconds)),
    ];
    if campaign.client_rpcs > 0 {
        figures.push(("client RPCs", words::count(campaign.client_rpcs)));
        let speed = words::number(campaign.client_rpcs_per_cpu_second);
        figures.push(("client RPCs per CPU second", speed));
    }
    if campaign.wall_seconds > 0.0 && campaign.virtual_seconds > 0.0 {
        let pace = campaign.virtual_seconds / campaign.wall_seconds;
        figures.push(("as fast as the wall clock", format!("{} ×", words::number(pace))));
    }
    body.push(&html::key_figures(&figures)).push_markup("</header>\n");
}

/// The first run of this verdict with this seed: a group of failures knows seeds, not engines.
fn failed_run<'a>(campaign: &'a CampaignRecord, group: &FailureGroup, seed: u64) -> Option<&'a RunSummary> {
    let runs = || campaign.runs.iter().filter(|run| run.seed == seed && run.verdict != Verdict::Pass);
    runs().find(|run| run.signature == group.signature).or_else(|| runs().next())
}

fn seed_link(engine: &str, seed: u64, page_of: PageOf<'_>) -> Html {
    match page_of(engine, seed) {
        Some(page) => Html::markup(format!("<a href=\"{}\">{seed}</a>", escape(&page))),
        None => Html::text(&seed.to_string()),
    }
}

fn failures(campaign: &CampaignRecord, page_of: PageOf<'_>) -> Html {
    let mut out = Html::new();
    for group in campaign.failures.iter().take(GROUPS_MAX) {
        let runs: Vec<_> =
            group.seeds.iter().map(|&seed| (seed, failed_run(campaign, group, seed))).collect();
        let verdict =
            runs.iter().find_map(|(_, run)| Some(run.as_ref()?.verdict)).unwrap_or(Verdict::Violation);
        out.push_markup("<div class=\"group\">\n").push(&parts::badge(verdict));
        // A crash is grouped by its headline, which need not be said twice.
        let signature = if group.signature == group.headline { "" } else { &group.signature };
        out.push_markup(" <span class=\"note\">").push_text(signature);
        out.push_markup(if signature.is_empty() { "" } else { " · " });
        out.push_text(&words::counted(group.seeds.len() as u64, "run")).push_markup("</span>\n<h3>");
        out.push_text(if group.headline.is_empty() { &group.signature } else { &group.headline });
        out.push_markup("</h3>\n<p class=\"note\">Seeds ");
        for (index, (seed, run)) in runs.iter().take(SEEDS_MAX).enumerate() {
            let engine = run.as_ref().map_or(campaign.engine.as_str(), |run| run.engine.as_str());
            out.push_markup(if index > 0 { ", " } else { "" }).push(&seed_link(engine, *seed, page_of));
        }
        if runs.len() > SEEDS_MAX {
            out.push_text(&format!(" and {} more", words::count((runs.len() - SEEDS_MAX) as u64)));
        }
        out.push_markup("</p>\n")
            .push(&html::copyable("First one again", &group.replay))
            .push_markup("</div>\n");
    }
    if campaign.failures.len() > GROUPS_MAX {
        out.note(&format!("And {} groups more, in the data.", campaign.failures.len() - GROUPS_MAX));
    }
    out
}

/// One mark a run, in order: passes as one quiet shape, the others each with its sign.
fn runs(campaign: &CampaignRecord, page_of: PageOf<'_>) -> Html {
    if campaign.runs.is_empty() {
        return Html::new();
    }
    let mut out = Html::markup("<ul class=\"keys\">");
    for verdict in VERDICTS.into_iter().rev().filter(|&verdict| of(campaign, verdict) > 0) {
        out.push_markup("<li><svg viewBox=\"-2 -2 20 16\" aria-hidden=\"true\">");
        out.push_markup(&mark(verdict, 2.0, 0.0)).push_markup("</svg>");
        out.push_text(&format!(
            "{} {}",
            words::count(of(campaign, verdict)),
            words::verdict(verdict).to_lowercase()
        ));
        out.push_markup("</li>");
    }
    out.push_markup("</ul>\n");
    out.push(&strip(campaign, 60, "wide", page_of)).push(&strip(campaign, 24, "narrow", page_of));
    out
}

fn strip(campaign: &CampaignRecord, columns: usize, class: &str, page_of: PageOf<'_>) -> Html {
    const CELL: f64 = 15.0;
    let mut passes = String::new();
    let mut others = String::new();
    for (index, run) in campaign.runs.iter().enumerate() {
        let (x, y) = ((index % columns) as f64 * CELL, (index / columns) as f64 * CELL);
        if run.verdict == Verdict::Pass {
            let _ = write!(passes, "M{x} {y}h12v12h-12z");
            continue;
        }
        let title =
            format!("{} seed {}: {} {}", run.engine, run.seed, words::verdict(run.verdict), run.signature);
        let shape = format!("<g><title>{}</title>{}</g>", escape(title.trim()), mark(run.verdict, x, y));
        let _ = match page_of(&run.engine, run.seed) {
            Some(page) => writeln!(others, "<a href=\"{}\">{shape}</a>", escape(&page)),
            None => writeln!(others, "{shape}"),
        };
    }
    let (width, height) =
        (columns.min(campaign.runs.len()) as f64 * CELL, campaign.runs.len().div_ceil(columns) as f64 * CELL);
    Html::markup(format!(
        "<svg class=\"strip {class}\" width=\"{width}\" height=\"{height}\" viewBox=\"-1.5 -1.5 {width} {height}\" role=\"img\">\
         <title>All runs in order of engine and seed, one mark each</title>\n\
         <path d=\"{passes}\" fill=\"var(--pass)\" opacity=\"0.5\"/>\n{others}</svg>\n"
    ))
}

/// A run's mark at a place: each verdict has a shape of its own.
fn mark(verdict: Verdict, x: f64, y: f64) -> String {
    match verdict {
        Verdict::Pass => format!("<path d=\"M{x} {y}h12v12h-12z\" fill=\"var(--pass)\" opacity=\"0.5\"/>"),
        Verdict::Violation => format!(
            "<path d=\"M{x} {y}h12v12h-12z\" fill=\"var(--violation)\"/>\
             <path d=\"M{} {}l6 6m0-6l-6 6\" stroke=\"var(--paper)\" stroke-width=\"1.8\"/>",
            x + 3.0,
            y + 3.0
        ),
        Verdict::Crash => format!("<path d=\"M{} {y}l6 6-6 6-6-6z\" fill=\"var(--crash)\"/>", x + 6.0),
        Verdict::Incomplete => format!(
            "<path d=\"M{} {}h10v10h-10z\" fill=\"none\" stroke=\"var(--incomplete)\" stroke-width=\"2\"/>",
            x + 1.0,
            y + 1.0
        ),
        Verdict::Error => format!(
            "<circle cx=\"{}\" cy=\"{}\" r=\"5\" fill=\"none\" stroke=\"var(--error)\" stroke-width=\"2\" stroke-dasharray=\"3 2\"/>",
            x + 6.0,
            y + 6.0
        ),
    }
}

fn faults(campaign: &CampaignRecord) -> Html {
    let mut table = Table::new("Faults over all runs")
        .words("Fault")
        .numbers("Runs")
        .numbers("Tried")
        .numbers("Bit")
        .words("Share that bit");
    for fault in &campaign.faults {
        table.row(
            if fault.bit == 0 { "missing" } else { "" },
            &[
                Html::code(&fault.class),
                Html::text(&words::count(fault.runs)),
                Html::text(&words::count(fault.tried)),
                Html::text(&if fault.bit == 0 { "never".to_owned() } else { words::count(fault.bit) }),
                html::bar(fault.bit, fault.tried),
            ],
        );
    }
    let mut out = table.html();
    let none = campaign.runs.iter().filter(|run| run.faults.is_empty()).count() as u64;
    if none > 0 && !campaign.faults.is_empty() {
        out.note(&format!("{} had no fault at all.", words::counted(none, "run")));
    }
    out
}

fn slowest(campaign: &CampaignRecord, page_of: PageOf<'_>) -> Html {
    let mut runs: Vec<&RunSummary> = campaign.runs.iter().filter(|run| run.cpu_seconds > 0.0).collect();
    runs.sort_by(|a, b| b.cpu_seconds.total_cmp(&a.cpu_seconds).then_with(|| a.seed.cmp(&b.seed)));
    let mut table = Table::new("The runs that cost most CPU time")
        .numbers("Seed")
        .words("Engine")
        .words("Verdict")
        .numbers("CPU")
        .numbers("Virtual time")
        .numbers("Client RPCs")
        .numbers("RPCs per CPU second")
        .words("Faults");
    for run in runs.into_iter().take(SLOWEST) {
        let faults = if run.faults.is_empty() { "none".to_owned() } else { run.faults.join(", ") };
        table.row(
            "",
            &[
                seed_link(&run.engine, run.seed, page_of),
                Html::text(&run.engine),
                parts::badge(run.verdict),
                Html::text(&words::seconds(run.cpu_seconds)),
                Html::text(&words::seconds(run.virtual_seconds)),
                Html::text(&words::count(run.client_rpcs)),
                Html::text(&words::number(run.client_rpcs as f64 / run.cpu_seconds)),
                Html::text(&faults),
            ],
        );
    }
    table.html()
}
