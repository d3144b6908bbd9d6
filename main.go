// Terraform-provider-apitoken gets access tokens from token endpoints and passes them on.
package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"math/rand/v2"
	"net"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"syscall"
	"time"

	"github.com/hashicorp/go-plugin"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"
	"google.golang.org/grpc/experimental"
	"google.golang.org/grpc/mem"

	"github.com/apitoken/terraform-provider-apitoken/internal/program"
	"github.com/apitoken/terraform-provider-apitoken/internal/provider"
)

// version is set by the linker in releases.
var version = "dev"

// address is the provider's address in the public registry.
const address = "registry.terraform.io/apitoken/apitoken"

func main() {
	own := log.New(os.Stderr, "", log.LstdFlags)
	// net/http logs here: what a server says before it is asked, which may be what
	// it was sent the last time, and with GODEBUG=http2debug=2 all that is sent. The
	// CLI has it in its log.
	log.SetOutput(io.Discard)
	// With this variable the plugin library writes every message between the CLI
	// and the provider to disk, secrets and tokens included.
	if err := os.Unsetenv("TF_LOG_SDK_PROTO_DATA_DIR"); err != nil {
		own.Fatal(err)
	}
	if err := quietLogs(); err != nil {
		own.Fatal(err)
	}
	fitBuffers()
	fitCollector()
	debugged := flag.Bool("debug", false, "run for a debugger such as delve")
	flag.Parse()

	if err := checkSocket(); err != nil {
		fmt.Println(err) //nolint:forbidigo // where the CLI shows what a plugin says instead of its address
		own.Fatal(err)
	}
	server := provider.NewServer(version)()
	var options []tf6server.ServeOpt
	if *debugged {
		options = append(options, tf6server.WithManagedDebug())
	} else {
		outliveCLI()
		endWithCLI(server)
	}
	// Not providerserver.Serve, which takes no server other than the framework's.
	err := tf6server.Serve(address, func() tfprotov6.ProviderServer { return server }, options...)
	if err != nil {
		own.Fatal(err)
	}
	const longest = 1500 * time.Millisecond // two seconds after a CLI has ended a plugin, it kills it
	finish(server, longest)
}

// finish ends what the CLI has left open: after an interrupt or an error, it does not close every
// ephemeral resource.
func finish(server tfprotov6.ProviderServer, longest time.Duration) {
	ctx, cancel := context.WithTimeout(context.Background(), longest)
	defer cancel()
	provider.Finish(ctx, server)
}

// outliveCLI lets the CLI end the run after SIGTERM, which a CI system sends to all
// processes of a job that is cancelled. The CLI then stops the provider in order: tokens are
// revoked, and a new refresh token that is on its way is kept. That may take as long as what
// the run is doing. SIGHUP ends the CLIs at once, and then endWithCLI ends the provider. A signal
// that the run ignores, as with nohup, stays ignored: programs that are run inherit that.
func outliveCLI() {
	for _, end := range []os.Signal{syscall.SIGTERM, syscall.SIGHUP} {
		if !signal.Ignored(end) {
			signal.Notify(make(chan os.Signal, 1), end)
		}
	}
}

// endWithCLI ends this process when the CLI has ended without ending it, as after kill -9, or
// after SIGHUP, which the CLIs do not handle. A proxy would go on listening, with nobody to
// close it.
func endWithCLI(server tfprotov6.ProviderServer) {
	const longest = 8 * time.Second
	// Otherwise the first line of the log would end this process, as nobody reads it any more.
	// Ignored, the signal would be ignored by programs that are run, too.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
	go func() {
		if program.AwaitParent() {
			finish(server, longest)
			os.Exit(1) //nolint:revive // nobody waits for this process any more
		}
	}()
}

// quietLogs turns off the logs of the plugin library and of this provider unless somebody has
// asked for a log. By default both write everything, and the CLI reads it and throws it away:
// dozens of lines for each reference, which take a third of the time of a plan with 1,000
// references, and one for each request through a proxy.
func quietLogs() error {
	for _, variable := range os.Environ() {
		name, level, _ := strings.Cut(variable, "=")
		if strings.HasPrefix(name, "TF_LOG") && name != "TF_LOG_PATH" && level != "" && !strings.EqualFold(level, "off") {
			return nil
		}
	}
	return errors.Join(os.Setenv("TF_LOG_SDK", "off"), os.Setenv("TF_LOG_PROVIDER_APITOKEN", "off")) // named after address
}

// checkSocket reports why this process cannot listen for the CLI, on a Unix socket in the
// directory for temporary files. The plugin library would end without a word, and the CLI would
// guess that the plugin is built for another machine.
func checkSocket() error {
	if runtime.GOOS == "windows" {
		return nil // it listens on a port there
	}
	dir := cmp.Or(os.Getenv(plugin.EnvUnixSocketDir), os.TempDir())
	name := fmt.Sprintf("plugin%010d", rand.Uint32()) //nolint:gosec // as long as the library's may be, and no secret
	listener, err := new(net.ListenConfig).Listen(context.Background(), "unix", filepath.Join(dir, name))
	if err != nil {
		return fmt.Errorf("the provider cannot make a socket in the directory for temporary files: %w. Set TMPDIR to a directory that exists and has a short path", err)
	}
	return listener.Close()
}

// fitBuffers gives gRPC buffers of a size that fits the schema. The next larger
// one in its default pool is 1 MiB, in every process that Terraform starts.
func fitBuffers() {
	const kiB = 1 << 10
	experimental.SetDefaultBufferPool(mem.NewTieredBufferPool(256, 4*kiB, 16*kiB, 32*kiB, 64*kiB, 1024*kiB))
}

// fitCollector has garbage collected when the heap is 2.5 times what is in use, unless GOGC
// says something else. A provider keeps little and lives for seconds: by default, a plan with
// many references would spend a third of the provider's time on collecting.
func fitCollector() {
	const percent = 150
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(percent)
	}
}
