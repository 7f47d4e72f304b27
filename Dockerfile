# xuncha as an image: one program, run as a user without rights, on a root that may be read-only.
#
# Bases are pinned by version. Where images come through a registry of your own, pin its digest, too:
# FROM python:3.11.14-slim-bookworm@sha256:...

# The environment: from the pins, without the tools of development, with the project as an installed wheel.
FROM python:3.11.14-slim-bookworm AS build
RUN pip install --no-cache-dir --disable-pip-version-check uv==0.13.9
ENV VIRTUAL_ENV=/opt/xuncha \
    UV_PYTHON=/usr/local/bin/python3.11 \
    UV_PYTHON_DOWNLOADS=never \
    UV_LINK_MODE=copy \
    UV_COMPILE_BYTECODE=1 \
    UV_NO_CACHE=1
WORKDIR /build
# The libraries first: they change seldom, and are 0.9 GB.
COPY infra/python/requirements.txt ./
RUN uv venv $VIRTUAL_ENV && uv pip sync --require-hashes requirements.txt
COPY pyproject.toml README.md LICENSE ./
COPY events events
COPY projections projections
COPY connectors connectors
COPY pipeline pipeline
COPY infra infra
RUN uv pip install --no-deps .

FROM python:3.11.14-slim-bookworm AS xuncha
LABEL org.opencontainers.image.title="xuncha" \
      org.opencontainers.image.description="巡查: watches government accounts, warns before they go stale, proves verdicts" \
      org.opencontainers.image.version="0.1.0" \
      org.opencontainers.image.licenses="Apache-2.0"
RUN groupadd --gid 10001 xuncha \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /var/lib/xuncha --shell /usr/sbin/nologin xuncha \
    && install --directory --owner=xuncha --group=xuncha --mode=0700 /var/lib/xuncha
COPY --from=build /opt/xuncha /opt/xuncha
COPY --chmod=0755 infra/compose/hold.sh /usr/local/bin/xuncha-hold
ENV PATH=/opt/xuncha/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    XUNCHA_HOME=/var/lib/xuncha
# By number: orchestrators that demand a user without rights can see that it is one.
USER 10001:10001
WORKDIR /var/lib/xuncha
# No health check here: what is healthy depends on the process (docker-compose.yml).
ENTRYPOINT ["xuncha"]
CMD ["--help"]
