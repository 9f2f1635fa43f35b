//! Writes made-up records as pages, to look at: `cargo run -p tribunal-reports --example samples -- DIR`.

mod records;

use std::io;
use std::path::Path;
use tribunal_reports::{write_bench, write_bugs, write_campaign, write_comparison, write_run};
use tribunal_workloads::record::{CampaignRecord, RunRecord};

fn main() -> io::Result<()> {
    let dir = std::env::args().nth(1).unwrap_or_else(|| "samples".to_owned());
    let dir = Path::new(&dir);
    write_run(&records::passing_run(), dir)?;
    write_run(&records::failing_run(), dir)?;
    write_campaign(&records::campaign(), dir)?;
    write_bugs(&records::bugs(), dir)?;
    write_bench(&records::bench(), dir)?;
    write_comparison(&records::comparison(), dir)?;
    write_campaign(&records::vacuous_campaign(), &dir.join("vacuous"))?;
    write_campaign(&CampaignRecord::default(), &dir.join("empty"))?;
    write_run(&RunRecord::default(), &dir.join("empty"))?;
    Ok(())
}
