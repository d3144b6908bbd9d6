package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
)

// handover is what the provisioner of an apply hands over: where the proxy is, and its key.
type handover struct{ URL, Authorization string }

// hold hands a proxy over, and returns when it is no longer needed.
func hold(ctx context.Context, to string, what handover) error {
	body, err := json.Marshal(what)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, to, bytes.NewReader(body)) //nolint:gosec // the URL is this command's own
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req) //nolint:gosec // as above
	if err != nil {
		return err
	}
	return resp.Body.Close()
}

// openedProxy is an apitoken_proxy in an apply, which lasts until it is stopped.
type openedProxy struct {
	handover

	process int // of the provider; 0: not known
	server  *httptest.Server
	ended   context.CancelFunc // ends the provisioner
	applied chan error         // how the apply ended
}

// openProxy opens an apitoken_proxy to an API, in an apply with a real CLI.
func (g *rig) openProxy(ctx context.Context, upstream string) (*openedProxy, error) {
	own, err := os.Executable()
	if err != nil {
		return nil, err
	}
	running, ended := context.WithCancel(ctx)
	received := make(chan handover, 1)
	o := &openedProxy{ended: ended, applied: make(chan error, 1)}
	o.server = httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		var what handover
		_ = json.NewDecoder(r.Body).Decode(&what) // without a URL, the first request fails
		received <- what
		<-running.Done()
	}))
	w, err := g.workspace(ctx, contender{binary: g.binary, main: proxied(g.endpoint(), upstream, own, o.server.URL)})
	if err != nil {
		ended()
		o.server.Close()
		return nil, err
	}
	go func() {
		_, failed := w.Do(ctx, "apply", "-auto-approve")
		o.applied <- failed
	}()
	select {
	case o.handover = <-received:
		o.process, err = processOf(g.binary)
		if err != nil {
			err = errors.Join(err, o.stop())
		}
		return o, err
	case err := <-o.applied:
		ended()
		o.server.Close()
		return nil, errors.Join(err, errors.New("the apply has opened no proxy"))
	}
}

// stop lets the apply end.
func (o *openedProxy) stop() error {
	o.ended()
	err := <-o.applied
	o.server.Close()
	return err
}

// proxied is the configuration of a proxy that a provisioner keeps open.
func proxied(e endpoint, upstream, command, report string) string {
	return head("", e) + fmt.Sprintf(`
ephemeral "apitoken_proxy" "this" {
  service  = %q
  upstream = %q
}

resource "terraform_data" "this" {
  provisioner "local-exec" {
    interpreter = [%q]
    command     = %q
    environment = {
      %s = ephemeral.apitoken_proxy.this.url
      %s = ephemeral.apitoken_proxy.this.headers.Authorization
      %s = %q
    }
  }
}
`, service, upstream, filepath.ToSlash(command), holdRole, urlVariable, authorizationVariable, reportVariable, report)
}
