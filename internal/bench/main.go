// Command bench measures what users of this provider wait and pay for. It counts round trips,
// token requests and memory, and runs whole plans with this provider beside plans with other
// providers that can get a token. The plans take turns in one run, and what counts is the median
// of the ratios within a turn: a machine that slows down for a while slows both sides down. It
// also runs fleets of plans with a token store and without, sends requests through
// apitoken_proxy, and runs the Go benchmarks. With -write all of it goes into BENCHMARKS.md.
//
// Times never fail the run, as machines are noisy. A plan that fails, that requests more tokens
// than it should, or that needs too much memory does; without a token store, a fleet may
// fail at the limit of its endpoint.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strconv"
	"strings"
	"syscall"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
)

// options are what the command line sets.
type options struct {
	rounds, largeRounds, startRounds int
	references, memory, fleets       []int
	write                            bool
	mirror, benchtime                string
	only                             string // a part; empty: all of them
}

// The parts of a run, each with a section of the page.
const (
	tripsPart      = "round trips"
	plansPart      = "plans"
	memoryPart     = "memory"
	startPart      = "start"
	storePart      = "store"
	proxyPart      = "proxy"
	benchmarksPart = "benchmarks"
)

func parts() []string {
	return []string{tripsPart, plansPart, memoryPart, startPart, storePart, proxyPart, benchmarksPart}
}

// has reports whether a part is measured.
func (o options) has(part string) bool { return o.only == "" || o.only == part }

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	isRole, err := play(ctx, os.Args[1:], os.Stdin, os.Stdout)
	if !isRole {
		err = run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	}
	stop()
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func parse(args []string, usage io.Writer) (options, error) {
	o := options{references: []int{1, 100, 1000}, memory: []int{1, 1000, 3000}, fleets: []int{1, 8, 64}}
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.SetOutput(usage)
	flags.IntVar(&o.rounds, "rounds", 15, "turns of each plan with few references")
	flags.IntVar(&o.largeRounds, "large-rounds", 7, "turns of each plan with "+strconv.Itoa(manyReferences)+" references or more")
	flags.IntVar(&o.startRounds, "start-rounds", 31, "turns of each provider's start")
	flags.StringVar(&o.mirror, "mirror", "",
		"a filesystem mirror of the CLI, unpacked, with more providers to compare with: hashicorp/http 3.4 or newer, magodo/restful, Mastercard/restapi")
	flags.StringVar(&o.benchtime, "benchtime", "1s", "time of each Go benchmark, or number of turns such as 100x")
	flags.BoolVar(&o.write, "write", false, "write the tables into "+pageName)
	flags.StringVar(&o.only, "only", "", "measure, and write, one part alone: "+strings.Join(parts(), ", "))
	flags.Func("references", "numbers of references in a plan (default 1,100,1000)", func(text string) (err error) {
		o.references, err = parseNumbers(text)
		return err
	})
	flags.Func("memory", "numbers of references in a plan whose memory is measured (default 1,1000,3000)", func(text string) (err error) {
		o.memory, err = parseNumbers(text)
		return err
	})
	flags.Func("fleets", "numbers of runs that share a token store (default 1,8,64)", func(text string) (err error) {
		o.fleets, err = parseNumbers(text)
		return err
	})
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	if flags.NArg() > 0 {
		return o, fmt.Errorf("no argument is taken, such as %q", flags.Arg(0))
	}
	if o.only != "" && !slices.Contains(parts(), o.only) {
		return o, fmt.Errorf("there is no part %q", o.only)
	}
	if o.rounds < 1 || o.largeRounds < 1 || o.startRounds < 1 {
		return o, errors.New("there must be at least one turn")
	}
	return o, nil
}

func parseNumbers(text string) ([]int, error) {
	var numbers []int
	for part := range strings.SplitSeq(text, ",") {
		number, err := strconv.Atoi(part)
		if err != nil || number < 1 {
			return nil, fmt.Errorf("%q is not a number from 1 on", part)
		}
		numbers = append(numbers, number)
	}
	return numbers, nil
}

// run cleans up on every way out, an interrupt included.
func run(ctx context.Context, args []string, out, progress io.Writer) (err error) {
	o, err := parse(args, progress)
	if err != nil {
		return err
	}
	root, err := clitest.Root()
	if err != nil {
		return err
	}
	var r report
	if o.has(benchmarksPart) {
		if r.benchmarks, err = runBenchmarks(ctx, root, o.benchtime, out); err != nil {
			return err
		}
	}
	g, err := newRig(ctx, root, o.mirror, progress)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, g.close()) }()
	r.command, r.machine, r.notes = strings.TrimSpace("go run ./internal/bench "+strings.Join(args, " ")), g.machine(), g.planNotes()
	err = g.measureParts(ctx, o, &r)
	if err != nil {
		return err
	}
	return errors.Join(r.print(out), g.keep(o, r))
}

// measureParts puts what is measured with a CLI into the report.
func (g *rig) measureParts(ctx context.Context, o options, r *report) error {
	measure := map[string]func() error{
		tripsPart:  func() (err error) { r.trips, err = countTrips(ctx, g.root); return err },
		plansPart:  func() (err error) { r.rows, err = g.measurePlans(ctx, o); return err },
		memoryPart: func() (err error) { r.sizes, err = g.measureSizes(ctx, o.memory); return err },
		startPart:  func() (err error) { r.starts, err = g.measureStarts(ctx, o.startRounds); return err },
		storePart: func() (err error) {
			if r.warm, err = g.compareStores(ctx, o.rounds); err != nil {
				return err
			}
			r.fleets, err = g.measureFleets(ctx, o.fleets)
			return err
		},
		proxyPart: func() (err error) {
			if g.cli.Ephemeral() {
				r.busy = loadAverage()
				r.loads, r.memory, err = g.measureProxy(ctx, o.rounds)
			}
			return err
		},
	}
	for _, part := range parts() {
		if do, ok := measure[part]; ok && o.has(part) {
			if err := do(); err != nil {
				return err
			}
		}
	}
	return nil
}

// keep writes the report down if the user wants that.
func (g *rig) keep(o options, r report) error {
	if !o.write {
		g.say("%s stays as it is: -write renews its tables", pageName)
		return nil
	}
	g.say("writing the tables into %s", pageName)
	return r.write(g.root)
}
