package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
)

// launchLimit ends a provider that does not answer.
const launchLimit = 30 * time.Second

const (
	schemaMethod   = "tfplugin6.Provider/GetProviderSchema"
	shutdownMethod = "plugin.GRPCController/Shutdown"
)

// launch starts a provider as a CLI does, and returns the time until it has
// answered with its schema, and the processor time until its end. Sockets are
// made in dir. Env is added to the environment.
func launch(ctx context.Context, binary, dir string, env map[string]string) (taken cost, err error) {
	ctx, cancel := context.WithTimeout(ctx, launchLimit)
	defer cancel()
	cmd := exec.CommandContext(ctx, binary)
	cmd.Env = append(withoutLogSettings(os.Environ()),
		"TMPDIR="+dir,
		// What tells a provider that a CLI has started it, not a person.
		"TF_PLUGIN_MAGIC_COOKIE=d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2",
		"PLUGIN_PROTOCOL_VERSIONS=6",
	)
	for name, value := range env {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return cost{}, err
	}
	started := time.Now()
	err = cmd.Start()
	if err != nil {
		return cost{}, err
	}
	plugin, err := readHandshake(stdout)
	if err == nil {
		err = plugin.call(ctx, schemaMethod)
		taken.clock = time.Since(started)
	}
	if err != nil {
		cancel()
		return cost{}, errors.Join(err, cmd.Wait())
	}
	// A provider may well end before it has answered this. One that does not end
	// at all is killed when its time is up, and that is an error of Wait.
	_ = plugin.call(ctx, shutdownMethod)
	err = cmd.Wait()
	taken.cpu = clitest.ProcessorTime(cmd.ProcessState)
	return taken, err
}

// withoutLogSettings makes a start independent of what the user logs.
func withoutLogSettings(env []string) []string {
	return slices.DeleteFunc(env, func(setting string) bool { return strings.HasPrefix(setting, "TF_LOG") })
}

// plugin is where a running provider listens.
type plugin struct{ network, address string }

// readHandshake reads the line that a provider begins with:
// core version|protocol version|network|address|grpc|certificate.
func readHandshake(stdout io.Reader) (plugin, error) {
	line, err := bufio.NewReader(stdout).ReadString('\n')
	line = strings.TrimSpace(line)
	parts := strings.Split(line, "|")
	if err != nil || len(parts) < 5 || parts[1] != "6" || parts[4] != "grpc" {
		return plugin{}, errors.Join(fmt.Errorf("the provider's first line is %q, not where it listens", line), err)
	}
	return plugin{network: parts[2], address: parts[3]}, nil
}

// call makes a gRPC call whose request message is empty, and reads the answer
// to its end. Such a call is a plain HTTP/2 request, so net/http will do.
func (p plugin) call(ctx context.Context, method string) error {
	var protocols http.Protocols
	protocols.SetUnencryptedHTTP2(true)
	transport := &http.Transport{
		Protocols: &protocols,
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, p.network, p.address)
		},
	}
	defer transport.CloseIdleConnections()
	emptyMessage := make([]byte, 5) // not compressed, and a length of 0 in 4 bytes
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://provider/"+method, bytes.NewReader(emptyMessage))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/grpc")
	req.Header.Set("TE", "trailers")
	resp, err := transport.RoundTrip(req)
	if err != nil {
		return fmt.Errorf("%s: %w", method, err)
	}
	_, err = io.Copy(io.Discard, resp.Body)
	if err = errors.Join(err, resp.Body.Close()); err != nil {
		return fmt.Errorf("%s: %w", method, err)
	}
	if status := resp.Trailer.Get("Grpc-Status"); status != "0" {
		return fmt.Errorf("%s ended with gRPC status %q: %s", method, status, resp.Trailer.Get("Grpc-Message"))
	}
	return nil
}
