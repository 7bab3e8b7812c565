# Three stages: frontend files, Python packages with collected static files, and the small image that runs.

FROM node:22-slim AS frontend
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --no-audit --no-fund

FROM python:3.13-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PYTHONDONTWRITEBYTECODE=1
WORKDIR /app
RUN python -m venv /venv
COPY requirements/base.txt requirements/base.txt
RUN /venv/bin/pip install --no-cache-dir --require-hashes -r requirements/base.txt
COPY . .
COPY --from=frontend /app/node_modules node_modules
# The values only let the settings load; nothing connects while files are collected, and none is kept.
RUN /venv/bin/python -m config.messages \
 && SECRET_KEY=build DATABASE_URL=postgresql://build/build REDIS_URL=redis://build ALLOWED_HOSTS=build \
    BASE_URL=https://build EMAIL_URL=dummymail:// DJANGO_SETTINGS_MODULE=config.settings.production \
    /venv/bin/python manage.py collectstatic --noinput --verbosity=0 \
 && rm -rf node_modules

FROM python:3.13-slim
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=config.settings.production
RUN useradd --system --uid 10001 --home-dir /app skisse && mkdir -p /app/var/media /app/var/private && chown -R skisse /app/var
WORKDIR /app
COPY --from=build /venv /venv
COPY --from=build /app /app
USER skisse
EXPOSE 8000
CMD ["granian", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8000", "--workers", "2", "--blocking-threads", "8", "config.wsgi:application"]
