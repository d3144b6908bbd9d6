package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/go-plugin"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
)

// startRow is what a provider's start came to. A plan starts each provider three times.
type startRow struct {
	provider    string
	allocations int // before main
	bytes       int // of these
	median      cost
}

func startsTable(rows []startRow) table {
	t := table{headings: []string{"Provider", "Allocations before main", "Bytes", "CPU", "Time to the schema"}, texts: 1}
	for _, r := range rows {
		t.rows = append(t.rows, []string{
			r.provider, strconv.Itoa(r.allocations), strconv.Itoa(r.bytes), millis(r.median.cpu), millis(r.median.clock),
		})
	}
	return t
}

func startNotes() []string {
	return []string{
		"A start is made as the CLIs make it, by go-plugin with certificates for both sides (AutoMTLS), until the provider has sent its schema. " +
			"Most of the processor time is for the key and the certificate, in every provider. The allocations are those that GODEBUG=inittrace=1 prints.",
	}
}

// measureStarts has the providers start in turn.
func (g *rig) measureStarts(ctx context.Context, rounds int) ([]startRow, error) {
	g.say("starting the providers")
	rows := []startRow{{provider: ourName}}
	binaries := []string{g.binary}
	for _, p := range g.peers {
		rows = append(rows, startRow{provider: p.Type + " " + p.Version})
		binaries = append(binaries, p.Binary)
	}
	var things []timed
	for i, binary := range binaries {
		var err error
		if rows[i].allocations, rows[i].bytes, err = beforeMain(ctx, binary); err != nil {
			return nil, err
		}
		things = append(things, func(ctx context.Context) (cost, error) { return launch(ctx, binary) })
	}
	costs, err := takeTurns(ctx, rounds, things...)
	if err != nil {
		return nil, err
	}
	for i := range rows {
		rows[i].median = medianCost(costs[i])
	}
	return rows, nil
}

// initialised matches what Go prints of a package that is initialised.
var initialised = regexp.MustCompile(`(?m)^init \S+ @.* (\d+) bytes, (\d+) allocs$`)

// beforeMain returns the allocations of a provider before its main function.
func beforeMain(ctx context.Context, binary string) (allocations, bytes int, err error) {
	cmd := exec.CommandContext(ctx, binary)
	cmd.Env = append(os.Environ(), "GODEBUG=inittrace=1")
	printed, err := cmd.CombinedOutput()
	if _, ends := errors.AsType[*exec.ExitError](err); err != nil && !ends { // a provider that no CLI starts fails
		return 0, 0, err
	}
	for _, found := range initialised.FindAllStringSubmatch(string(printed), -1) {
		size, _ := strconv.Atoi(found[1])
		count, _ := strconv.Atoi(found[2])
		allocations, bytes = allocations+count, bytes+size
	}
	return allocations, bytes, nil
}

// launchLimit ends a provider that does not answer.
const launchLimit = 30 * time.Second

// schemaMethods are the calls for the schema in each version of the plugin protocol.
func schemaMethods() map[int]string {
	return map[int]string{5: "/tfplugin5.Provider/GetSchema", 6: "/tfplugin6.Provider/GetProviderSchema"}
}

// connectionOnly is a plugin whose client is the connection.
type connectionOnly struct{ plugin.NetRPCUnsupportedPlugin }

func (connectionOnly) GRPCServer(*plugin.GRPCBroker, *grpc.Server) error {
	return errors.ErrUnsupported
}

func (connectionOnly) GRPCClient(_ context.Context, _ *plugin.GRPCBroker, conn *grpc.ClientConn) (any, error) {
	return conn, nil
}

// launch starts a provider as a CLI does, and returns the time until it has
// answered with its schema, and the processor time until its end.
func launch(ctx context.Context, binary string) (taken cost, err error) {
	ctx, cancel := context.WithTimeout(ctx, launchLimit)
	defer cancel()
	cmd := exec.CommandContext(ctx, binary)
	cmd.Env = withoutLogSettings(os.Environ())
	versions := map[int]plugin.PluginSet{}
	for version := range schemaMethods() {
		versions[version] = plugin.PluginSet{"provider": connectionOnly{}}
	}
	client := plugin.NewClient(&plugin.ClientConfig{
		HandshakeConfig: plugin.HandshakeConfig{
			// What tells a provider that a CLI has started it, not a person.
			MagicCookieKey: "TF_PLUGIN_MAGIC_COOKIE", MagicCookieValue: "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2",
		},
		VersionedPlugins: versions, Cmd: cmd, SkipHostEnv: true, AutoMTLS: true,
		AllowedProtocols: []plugin.Protocol{plugin.ProtocolGRPC}, Logger: hclog.NewNullLogger(),
	})
	started := time.Now()
	err = requestSchema(ctx, client)
	taken.clock = time.Since(started)
	client.Kill()
	if cmd.ProcessState != nil {
		taken.cpu = clitest.ProcessorTime(cmd.ProcessState)
	}
	return taken, err
}

func requestSchema(ctx context.Context, client *plugin.Client) error {
	protocol, err := client.Client()
	if err != nil {
		return err
	}
	dispensed, err := protocol.Dispense("provider")
	if err != nil {
		return err
	}
	conn, ok := dispensed.(*grpc.ClientConn)
	if !ok {
		return fmt.Errorf("the plugin is a %T", dispensed)
	}
	const most = 64 << 20 // as the CLIs have it
	return conn.Invoke(ctx, schemaMethods()[client.NegotiatedVersion()], &emptypb.Empty{}, &emptypb.Empty{}, grpc.MaxCallRecvMsgSize(most))
}

// withoutLogSettings makes a start independent of what the user logs.
func withoutLogSettings(env []string) []string {
	return slices.DeleteFunc(env, func(setting string) bool { return strings.HasPrefix(setting, "TF_LOG") })
}

func millis(d time.Duration) string { return fmt.Sprintf("%.1f ms", d.Seconds()*1e3) }
