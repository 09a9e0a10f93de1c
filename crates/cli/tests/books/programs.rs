//! The bookkeepers' programs, as `cargo xtask setup` installs them: hledger of the system, beancount in the cache.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use tributary_domain::money::Amount;
use tributary_reports::journal::unescape;

use crate::harness::Book;

/// By account and currency; none is zero.
pub(crate) type Balances = BTreeMap<(String, String), String>;

/// Balances being added up.
#[derive(Default)]
pub(crate) struct Sums(BTreeMap<(String, String), Amount>);

impl Sums {
    pub(crate) fn add(&mut self, account: &str, currency: &str, amount: &str, negated: bool) {
        if amount.is_empty() {
            return;
        }
        let amount: Amount = amount.parse().unwrap_or_else(|error| panic!("`{amount}` {error}"));
        let amount = if negated { amount.negated() } else { amount };
        let sum = self.0.entry((account.to_owned(), currency.to_owned())).or_default();
        sum.add(amount).expect("in range");
    }

    pub(crate) fn finish(self) -> Balances {
        let all = self.0.into_iter().filter(|(_, amount)| !amount.is_zero());
        all.map(|(key, amount)| (key, amount.to_string())).collect()
    }
}

/// What hledger makes of the export: its balances, and the ids of the entries.
pub(crate) fn by_hledger(book: &Book) -> (Balances, BTreeSet<String>) {
    book.run(&["journal", "--format", "hledger", "--output", "out.journal"], 0);
    let hledger = |arguments: &[&str]| {
        let mut command = Command::new("hledger");
        command.args(["--file", "out.journal"]).args(arguments).env("LC_ALL", "C.UTF-8");
        ended(book, &mut command, "hledger")
    };
    hledger(&["check", "--strict"]);
    let balances = hledger(&["balance", "--flat", "--no-total", "--layout", "bare", "--output-format", "csv"]);
    let mut sums = Sums::default();
    for row in csv::Reader::from_reader(balances.as_bytes()).records() {
        let row = row.expect("a row");
        sums.add(&unescape(&row[0]).expect("a name of ours"), &row[1], &row[2], false);
    }
    let ids = hledger(&["tags", "^entry$", "--values"]);
    (sums.finish(), ids.lines().map(|id| unescape(id).expect("an id of ours")).collect())
}

const BALANCES: &str = r#"
import json, sys
from beancount import loader
from beancount.core import data
entries, errors, _ = loader.load_file(sys.argv[1])
assert not errors, errors
names = {one.account: one.meta["name"] for one in entries if isinstance(one, data.Open)}
assert len(set(names.values())) == len(names), names
said = [one for one in entries if isinstance(one, data.Transaction)]
postings = [[names[of.account], of.units.currency, format(of.units.number, "f")] for one in said for of in one.postings]
print(json.dumps([postings, [one.meta["entry"] for one in said]]))
"#;

/// What beancount makes of the export: its balances, and the ids of the entries.
pub(crate) fn by_beancount(book: &Book) -> (Balances, BTreeSet<String>) {
    book.run(&["journal", "--format", "beancount", "--output", "out.beancount"], 0);
    let folder = beancount();
    ended(book, Command::new(folder.join("bean-check")).arg("out.beancount"), "bean-check");
    let mut python = Command::new(folder.join("python"));
    let answer = ended(book, python.args(["-c", BALANCES, "out.beancount"]).env("PYTHONUTF8", "1"), "beancount");
    type Answer = (Vec<(String, String, String)>, BTreeSet<String>);
    let (postings, ids): Answer = serde_json::from_str(&answer).expect("an answer");
    let mut sums = Sums::default();
    for (account, currency, amount) in &postings {
        sums.add(account, currency, amount, false);
    }
    (sums.finish(), ids)
}

/// Where `cargo xtask setup` puts beancount.
fn beancount() -> PathBuf {
    let set = |name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let cache = set("XDG_CACHE_HOME").or_else(|| set("HOME").map(|home| home.join(".cache"))).expect("a cache");
    let requirement = include_str!("../../../../xtask/beancount.txt").trim().replace("==", "-");
    cache.join("tributary").join(requirement).join("bin")
}

fn ended(book: &Book, command: &mut Command, name: &str) -> String {
    command.current_dir(book.data().with_file_name("")).stdin(Stdio::null());
    let output = command.output().unwrap_or_else(|error| panic!("{name}: {error}; run `cargo xtask setup`"));
    let [stdout, stderr] = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    assert!(output.status.success(), "{name} refuses the export\n{stdout}\n{stderr}");
    stdout
}
