package token

import (
	"context"
	"net/http"
	"time"
)

// local returns what stands for a response where no request is made.
func (c *call) local(ctx context.Context) (*Answer, error) {
	c.begin()
	c.sent = c.client.runtime.Now().UTC().Truncate(time.Second)
	x := c.exchange
	c.client.runtime.Log.DebugContext(ctx, "obtaining the token without a request", "service", x.Service, "credentials", x.Credentials)
	body, err := c.filled(x.Request.Local).Obtain(ctx, c.run(""))
	if err != nil {
		return nil, c.unreachable(ctx, c.noValue("", err))
	}
	a := c.newAnswer(http.StatusOK, http.Header{}, []byte(body.Reveal()))
	a.Received = c.client.runtime.Now()
	return a, nil
}
