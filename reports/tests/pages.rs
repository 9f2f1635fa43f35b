//! Whole pages: well formed, escaped, the same each time, and with a section for what there is and for nothing else.

#[path = "../examples/samples/records.rs"]
mod records;

use tribunal_benches::compare::report::Comparison;
use tribunal_reports::{
    BugMatrix, render_bench, render_bugs, render_campaign, render_comparison, render_run, write_campaign,
    write_run,
};
use tribunal_workloads::record::{CampaignRecord, RunRecord};

/// Every element that is opened is closed, in order, and every attribute is quoted: pages are XML after their
/// first line. Script and style are text.
fn check_well_formed(page: &str) {
    let mut rest = page.strip_prefix("<!DOCTYPE html>\n").expect("a page says what it is");
    let mut open: Vec<&str> = Vec::new();
    while let Some(start) = rest.find('<') {
        let after = &rest[start + 1..];
        let end = end_of_tag(after);
        let (tag, next) = (&after[..end], &after[end + 1..]);
        rest = next;
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name), "closed out of order near {rest:.200}");
        } else if !tag.ends_with('/') {
            let name = tag.split_whitespace().next().expect("a tag has a name");
            open.push(name);
            if matches!(name, "style" | "script") {
                let close = rest.find("</").expect("style and script end");
                rest = &rest[close..];
            }
        }
    }
    assert!(open.is_empty(), "left open: {open:?}");
}

fn end_of_tag(text: &str) -> usize {
    let mut quoted = false;
    for (index, byte) in text.bytes().enumerate() {
        match byte {
            b'"' => quoted = !quoted,
            b'<' => panic!("a bare < near {text:.200}"),
            b'>' if !quoted => return index,
            _ => {}
        }
    }
    panic!("a tag does not end near {text:.200}");
}

fn all_pages() -> Vec<String> {
    vec![
        render_run(&records::passing_run()),
        render_run(&records::failing_run()),
        render_run(&RunRecord::default()),
        render_campaign(&records::campaign()),
        render_campaign(&records::vacuous_campaign()),
        render_campaign(&CampaignRecord::default()),
        render_bugs(&records::bugs()),
        render_bugs(&BugMatrix::default()),
        render_bench(&records::bench()),
        render_comparison(&records::comparison()),
        render_comparison(&Comparison::default()),
    ]
}

#[test]
fn pages_are_well_formed_and_load_nothing() {
    for page in all_pages() {
        check_well_formed(&page);
        for loader in ["http:", "https:", "src=", "@import", "url("] {
            assert!(!page.contains(loader), "{loader}");
        }
        assert!(!page.contains("NaN") && !page.contains("inf\""));
    }
}

#[test]
#[should_panic(expected = "closed out of order")]
fn the_check_sees_what_is_not_well_formed() {
    check_well_formed("<!DOCTYPE html>\n<p><b></p></b>");
}

#[test]
fn the_same_record_gives_the_same_bytes() {
    assert_eq!(all_pages(), all_pages());
}

const SPITE: &str = "</title></style></script><script>alert(1)</script>\"' onload=x <img src=x>\u{202e}&";

#[test]
fn no_text_of_a_record_breaks_out() {
    let text = serde_json::to_string(&records::failing_run()).expect("a record is plain data");
    let mut value: serde_json::Value = serde_json::from_str(&text).expect("it was just written");
    spoil(&mut value, "");
    let run: RunRecord = serde_json::from_value(value).expect("only free text was changed");
    let mut campaign = records::campaign();
    campaign.add(&run, &[]);
    for text in [&mut campaign.engine, &mut campaign.build, &mut campaign.replay] {
        *text = SPITE.to_owned();
    }
    let mut bugs = records::bugs();
    bugs.bugs.iter_mut().for_each(|row| {
        for text in [&mut row.bug, &mut row.cause, &mut row.expected, &mut row.found_by, &mut row.replay] {
            *text = SPITE.to_owned();
        }
    });
    let mut bench = records::bench();
    for text in [&mut bench.workload, &mut bench.bootstrap, &mut bench.topic] {
        *text = SPITE.to_owned();
    }
    bench.first_error = Some(SPITE.to_owned());
    for page in [render_run(&run), render_campaign(&campaign), render_bugs(&bugs), render_bench(&bench)] {
        assert!(page.contains("alert(1)"), "the text is there");
        check_well_formed(&page);
        assert_eq!(page.matches("<script>").count(), 1);
        assert!(!page.contains("<img") && !page.contains('\u{202e}'));
    }
}

/// Puts spite into every free text; words of an enumeration stay.
fn spoil(value: &mut serde_json::Value, key: &str) {
    match value {
        serde_json::Value::String(text)
            if !["op", "verdict", "outcome", "from", "what", "worst_error", "damage", "id"]
                .contains(&key) =>
        {
            *text = SPITE.to_owned();
        }
        serde_json::Value::Array(items) => {
            let enumerated = key == "vacuity";
            items.iter_mut().filter(|_| !enumerated).for_each(|item| spoil(item, key));
        }
        serde_json::Value::Object(fields) => {
            fields.iter_mut().for_each(|(key, field)| spoil(field, key));
        }
        _ => {}
    }
}

fn has_section(page: &str, id: &str) -> bool {
    page.contains(&format!("<section id=\"{id}\""))
}

#[test]
fn a_section_is_there_when_it_has_something_to_say() {
    let (pass, fail) = (render_run(&records::passing_run()), render_run(&records::failing_run()));
    let empty = render_run(&RunRecord::default());
    assert!(has_section(&fail, "story") && !has_section(&pass, "story") && !has_section(&empty, "story"));
    for id in ["timeline", "load", "latency", "promise", "operations", "vacuity", "options", "figures"] {
        assert!(has_section(&pass, id) && has_section(&fail, id), "{id}");
        assert!(!has_section(&empty, id), "{id}");
    }
    let (full, empty) = (render_campaign(&records::campaign()), render_campaign(&CampaignRecord::default()));
    for id in ["failures", "runs", "faults", "vacuity", "latency", "operations", "slowest"] {
        assert!(has_section(&full, id), "{id}");
        assert!(!has_section(&empty, id), "{id}");
    }
}

#[test]
fn a_failures_page_tells_its_story() {
    let page = render_run(&records::failing_run());
    for told in [
        "value 8812",
        "a power loss loses nothing that was acknowledged",
        "cargo sim replay --seed 1043",
        "value 8812, acks all, 2 attempts",
        "acknowledged at offset 10411, epoch 7; earlier no answer",
        "NOT_LEADER_OR_FOLLOWER",
        "10408–10410 → 8809–8811, 10411–10412 → 8901–8902",
        "class=\"guilty\"",
        "told t+52.211 s",
        "Everything that was found",
    ] {
        assert!(page.contains(told), "{told}");
    }
}

#[test]
fn a_campaigns_verdict_is_its_first_sentence() {
    let headline = |campaign: &CampaignRecord| {
        let page = render_campaign(campaign);
        let (_, after) = page.split_once("<h1>").expect("a page has a heading");
        after.split_once("</h1>").expect("the heading ends").0.to_owned()
    };
    assert_eq!(headline(&records::campaign()), "7 of 300 runs did not pass, in 3 ways.");
    assert_eq!(
        headline(&records::vacuous_campaign()),
        "No run failed, but 1 thing that had to happen never did: the campaign proves too little."
    );
    assert_eq!(headline(&CampaignRecord::default()), "No run was finished.");
}

#[test]
fn numbers_out_of_all_proportion_still_make_a_page() {
    let mut run = records::failing_run();
    run.virtual_seconds = f64::INFINITY;
    run.cpu_seconds = f64::NAN;
    run.series.iter_mut().for_each(|point| (point.max_ns, point.sends) = (u64::MAX, u64::MAX));
    run.events.iter_mut().for_each(|event| event.ns = u64::MAX);
    run.violations.iter_mut().for_each(|violation| violation.ns = u64::MAX);
    let interval = &mut run.faults[0].intervals[0];
    (interval.from_ns, interval.to_ns) = (u64::MAX, 0);
    check_well_formed(&render_run(&run));
}

#[test]
fn a_campaign_links_to_the_pages_that_are_there() {
    let dir = tempfile::tempdir().expect("a folder for the test");
    let run = records::failing_run();
    let page = write_run(&run, dir.path()).expect("the folder can be written");
    assert_eq!(page, dir.path().join("run-madsim-1043.html"));
    let record = std::fs::read(page.with_extension("json")).expect("it lies beside the page");
    assert_eq!(serde_json::from_slice::<RunRecord>(&record).expect("it is the record"), run);
    let index = write_campaign(&records::campaign(), dir.path()).expect("the folder can be written");
    let index = std::fs::read_to_string(index).expect("it was just written");
    assert!(index.contains("<a href=\"run-madsim-1043.html\">1043</a>"));
    assert!(!index.contains("run-madsim-1103.html"), "that page was not written");
}
